// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { workspaceRoot } from '@sendium/testkit';

import { parsePorts, portTable } from './ports.ts';
import type { StackOptions } from './stack-options.ts';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'start'; readonly options: StackOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'wrong'; readonly reason: string };

const flags = {
  reset: { type: 'boolean', default: false },
  config: { type: 'string' },
  'no-simulator': { type: 'boolean', default: false },
  ports: { type: 'string' },
  'rest-host': { type: 'string' },
  'smpp-host': { type: 'string' },
  state: { type: 'string' },
  jaeger: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const helpText = [
  'npm start -- [options]    the whole gateway on this machine; Ctrl-C stops it',
  '',
  '  --reset                 begin anew: forget messages, configuration and credentials',
  '  --config FILE           another configuration than deploy/local/sendium.yaml',
  '  --no-simulator          without the simulated carrier and the demo receiver',
  '  --ports NAME=PORT,...   other ports (also: SENDIUM_STACK_PORTS)',
  '  --rest-host HOST        where the REST API listens, 127.0.0.1 unless given',
  '  --smpp-host HOST        where SMPP clients bind, 127.0.0.1 unless given',
  '  --state DIR             where everything is kept, .sendium unless given',
  '  --jaeger URL            trace every message to this OTLP endpoint, as http://127.0.0.1:4318;',
  '                          without it to a Jaeger of our own, where one is installed',
  '',
  'Ports:',
  ...Object.entries(portTable).map(
    ([name, { port, use }]) => `  ${name.padEnd(20)} ${String(port).padEnd(6)} ${use}`,
  ),
  '',
  'NATS_SERVER_BIN names the nats-server to use; SENDIUM_CACHE_DIR where a fetched one is kept.',
].join('\n');

export interface CommandLine {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative names are relative to this: where npm was called, not where it runs the script. */
  readonly cwd: string;
}

/** Throws when it is none. */
const otlpUrl = (text: string): string => {
  const protocol = URL.parse(text)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new Error(`--jaeger ${text}: not a URL of http or https`);
};

const read = ({ args, env, cwd }: CommandLine): Command => {
  const { values } = parseArgs({ args: [...args], options: flags, allowPositionals: false });
  if (values.help) return { kind: 'help', text: helpText };
  const ports = {
    ...parsePorts(env['SENDIUM_STACK_PORTS'] ?? ''),
    ...parsePorts(values.ports ?? ''),
  };
  const options: StackOptions = {
    stateDir:
      values.state === undefined ? join(workspaceRoot, '.sendium') : resolve(cwd, values.state),
    reset: values.reset,
    ports,
    ...(values.config === undefined ? {} : { configFile: resolve(cwd, values.config) }),
    ...(values['rest-host'] === undefined ? {} : { restHost: values['rest-host'] }),
    ...(values['smpp-host'] === undefined ? {} : { smppHost: values['smpp-host'] }),
    ...(values['no-simulator'] ? { simulator: false as const } : {}),
    jaeger: values.jaeger === undefined ? 'local' : otlpUrl(values.jaeger),
  };
  return { kind: 'start', options };
};

/** Reads the command line; what is wrong with it is a value. */
export const parseCommand = (line: CommandLine): Command => {
  try {
    return read(line);
  } catch (error) {
    return { kind: 'wrong', reason: error instanceof Error ? error.message : String(error) };
  }
};
