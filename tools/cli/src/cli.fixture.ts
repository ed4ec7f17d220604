// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { startBackbone, type Backbone } from '@sendium/backbone';
import {
  deadLetterChannel,
  defaultTopology,
  type DeadLetter,
  type TopologyOptions,
} from '@sendium/contracts';

import { runCli } from './run-cli.ts';

/** An account with webhooks and one with SMPP, so that there is somebody to be told. */
export const configuration = `
version: 1
accounts:
  demo:
    webhooks:
      - { name: main, url: 'http://127.0.0.1:8090/hook', secret: '\${env:SECRET}' }
      - { name: spare, url: 'http://127.0.0.1:8091/hook', secret: '\${env:SECRET}', events: [all] }
  mobile: { smpp: { system_id: mobile, password: secret } }
`;

/** What one call wrote and how it ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A NATS as the gateway has it, and the command line on it. */
export interface CliStage extends AsyncDisposable {
  readonly backbone: Backbone;
  sendium(...args: readonly string[]): Promise<Ended>;
  /** Buries a letter; the rest is made up. */
  bury(letter: Partial<DeadLetter>): Promise<void>;
}

/** Runs the command line as `npm run sendium` would; in an environment of its own. */
export async function callCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = '/nonexistent',
): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  };
  const code = await runCli(args, { env, cwd, terminal });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** Starts it on free ports. */
export async function startStage(over: Partial<TopologyOptions> = {}): Promise<CliStage> {
  const topology = { ...defaultTopology, ...over };
  const backbone = await startBackbone({ configuration, topology });
  return {
    backbone,
    sendium: (...args) => callCli(args, { SENDIUM_NATS_URL: backbone.nats.url }),
    bury: async (letter) => {
      const origin = letter.origin ?? 'router';
      await backbone.publisher.publish(deadLetterChannel(origin), {
        ...{ origin, reason: 'it broke', subject: 'submit.normal', atMs: Date.UTC(2026, 0, 2) },
        payload: Buffer.from([0xff, 0xff]),
        ...letter,
      });
    },
    [Symbol.asyncDispose]: () => backbone[Symbol.asyncDispose](),
  };
}
