// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { NamedProcess } from './process-meter.ts';
import type { LoadOptions } from './load-options.ts';
import type { StackDescription } from './stack-description.ts';
import { readStackDescription } from './stack-description.ts';
import type { VerifyOptions } from './verify-ledger.ts';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'load'; readonly options: LoadOptions; readonly isJson: boolean }
  | { readonly kind: 'verify'; readonly options: VerifyOptions; readonly isJson: boolean }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problem: string };

export const helpText = `loadgen: load on the REST API, with a ledger of every message

  main.ts [--url http://127.0.0.1:8080 --key KEY] [--connections 32] [--seconds 10] [--messages N]
          [--rate MESSAGES_A_SECOND] [--batch 100] [--from 12345] [--text TEXT] [--token] [--retry]
          [--ledger FILE] [--pid NAME=PID]... [--stack .sendium/stack.json] [--json]
  main.ts verify --ledger FILE [--simulator http://127.0.0.1:2777] [--url URL --key KEY] [--wait 30]

Without --rate each connection sends as soon as it was answered (closed loop). With --rate requests
are sent when they are due, and latency counts from then (open loop). URL, key, simulator and
processes come from the file of a running stack where they are not given.`;

const flags = {
  url: { type: 'string' },
  key: { type: 'string' },
  connections: { type: 'string' },
  seconds: { type: 'string' },
  messages: { type: 'string' },
  rate: { type: 'string' },
  batch: { type: 'string' },
  from: { type: 'string' },
  text: { type: 'string' },
  token: { type: 'boolean' },
  retry: { type: 'boolean' },
  ledger: { type: 'string' },
  pid: { type: 'string', multiple: true },
  stack: { type: 'string', default: '.sendium/stack.json' },
  simulator: { type: 'string' },
  wait: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: flags, allowPositionals: true });

class FlagError extends Error {
  override readonly name = 'FlagError';
}

function toNumber(values: Values, name: keyof Values): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new FlagError(`--${name} must be a number above 0`);
}

function toProcess(given: string): NamedProcess {
  const [, name = '', pid] = /^([^=]+)=(\d+)$/.exec(given) ?? [];
  if (pid === undefined) throw new FlagError('--pid must be NAME=PID');
  return { name, pid: Number(pid) };
}

/** Leaves out what is undefined: an option that is not given is not there. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function whereTo(values: Values, stack: StackDescription | undefined) {
  const url = values.url ?? stack?.urls.rest ?? 'http://127.0.0.1:8080';
  const key = values.key ?? stack?.demo?.key;
  if (key === undefined) throw new FlagError('--key is missing, and no stack is running');
  return { url, key };
}

function toLoad(values: Values, stack: StackDescription | undefined): LoadOptions {
  const processes = values.pid?.map(toProcess) ?? stack?.processes;
  return given({
    ...whereTo(values, stack),
    connections: toNumber(values, 'connections'),
    seconds: toNumber(values, 'seconds'),
    messages: toNumber(values, 'messages'),
    ratePerSecond: toNumber(values, 'rate'),
    batch: toNumber(values, 'batch'),
    from: values.from,
    text: values.text,
    hasTokens: values.token,
    mayRetry: values.retry,
    ledger: values.ledger,
    processes,
  });
}

function toVerify(values: Values, stack: StackDescription | undefined): VerifyOptions {
  if (values.ledger === undefined) throw new FlagError('--ledger is missing');
  const simulatorUrl = values.simulator ?? stack?.urls.simulator_control ?? 'http://127.0.0.1:2777';
  const { ledger } = values;
  const waitSeconds = toNumber(values, 'wait');
  return {
    ...whereTo(values, stack),
    simulatorUrl,
    ledger,
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  };
}

/** Reads the command line. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parse(args);
    const [verb = 'load', ...rest] = positionals;
    if (values.help) return { kind: 'help' };
    if (rest.length > 0 || (verb !== 'load' && verb !== 'verify'))
      throw new FlagError(`no such command: ${positionals.join(' ')}`);
    const stack = existsSync(values.stack) ? readStackDescription(values.stack) : undefined;
    const isJson = values.json;
    return verb === 'verify'
      ? { kind: 'verify', options: toVerify(values, stack), isJson }
      : { kind: 'load', options: toLoad(values, stack), isJson };
  } catch (error) {
    return { kind: 'invalid', problem: error instanceof Error ? error.message : String(error) };
  }
}
