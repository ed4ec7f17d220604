// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';

import { connectBus, JetStreamApiError, type Bus } from '@sendium/bus';
import { streams } from '@sendium/contracts';
import { readStackFile, type StackUrls } from '@sendium/stack';
import { workspaceRoot } from '@sendium/testkit';

import type { Terminal } from './command.ts';
import { CommandError } from './errors.ts';

/** Where a call is made from. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative names are relative to this: where npm was called, not where it runs the script. */
  readonly cwd: string;
  readonly terminal: Terminal;
}

/** What the flags say of where things are. */
export interface Places {
  readonly nats?: string | undefined;
  readonly tracker?: string | undefined;
  readonly state?: string | undefined;
}

const connectMs = 5000;

function urlsOfStack({ state }: Places, { cwd }: Surroundings): StackUrls | undefined {
  const folder = state === undefined ? join(workspaceRoot, '.sendium') : resolve(cwd, state);
  return readStackFile(join(folder, 'stack.json'))?.urls;
}

const nowhere = (what: string, flag: string, variable: string): CommandError =>
  new CommandError(
    `Where is ${what}? Give --${flag} URL or ${variable}; no gateway of npm start is running.`,
  );

/**
 * Connects to NATS. Throws `CommandError` when nothing says where it is, nobody answers there, or it is no
 * gateway's.
 */
export async function connectTo(places: Places, surroundings: Surroundings): Promise<Bus> {
  const { env, terminal } = surroundings;
  const url = places.nats ?? env['SENDIUM_NATS_URL'] ?? urlsOfStack(places, surroundings)?.nats;
  if (url === undefined) throw nowhere('NATS', 'nats', 'SENDIUM_NATS_URL');
  const tell = (_fields: object, message: string): void => terminal.err(message);
  const log = { info: () => undefined, warn: () => undefined, error: tell };
  const signal = AbortSignal.timeout(connectMs);
  const address = withoutCredentials(url);
  const bus = await connectBus({ url, name: 'sendium-cli', log, signal }).catch(
    (cause: unknown) => {
      throw new CommandError(`NATS does not answer at ${address}.`, { cause });
    },
  );
  try {
    await bus.api(`STREAM.INFO.${streams.dead}`);
    return bus;
  } catch (cause) {
    await bus[Symbol.asyncDispose]();
    if (!(cause instanceof JetStreamApiError)) throw cause;
    throw new CommandError(`NATS at ${address} has no streams of the gateway.`, { cause });
  }
}

/** Where dlr-tracker serves gRPC. Throws `CommandError` when nothing says so. */
export function trackerUrl(places: Places, surroundings: Surroundings): string {
  const { env } = surroundings;
  const url =
    places.tracker ?? env['SENDIUM_TRACKER_URL'] ?? urlsOfStack(places, surroundings)?.tracker;
  if (url === undefined) throw nowhere('dlr-tracker', 'tracker', 'SENDIUM_TRACKER_URL');
  return url;
}

const withoutCredentials = (url: string): string => url.replaceAll(/\/\/[^/@,]*@/g, '//');
