// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  describeProblems,
  parseConfiguration,
  type Configuration,
  type ConfigurationProblem,
  type ParsedConfiguration,
} from '@sendium/configuration';
import { buckets, configurationKey } from '@sendium/contracts';
import type { Bus } from './bus.ts';
import type { BusLog } from './bus-log.ts';
import { TransientError } from './errors.ts';
import { openBucket, type KeyValueBucket, type KeyValueEntry } from './key-value.ts';

/** The configuration in force, and word of each change. */
export interface FollowedConfiguration extends AsyncDisposable {
  readonly current: Configuration;
  /** Calls back after each change, not for what is in force now; the returned function ends that. */
  onChange(listener: (configuration: Configuration) => void): () => void;
}

/**
 * Loads the document and follows its changes. One that is not valid changes nothing: what was in force
 * stays, and the log says what is wrong and where. Who starts while such a document is the last one takes
 * the last valid one before it, as those do that run already.
 *
 * @throws {TransientError} when the signal is aborted before there is a valid document
 */
export async function followConfiguration(
  bus: Bus,
  options: { readonly log: BusLog; readonly signal: AbortSignal },
): Promise<FollowedConfiguration> {
  const { log, signal } = options;
  const listeners = new Set<(configuration: Configuration) => void>();
  const first = Promise.withResolvers<Configuration>();
  const abandon = (): void =>
    first.reject(new TransientError('Stopped while waiting for a configuration.'));
  signal.addEventListener('abort', abandon, { once: true });
  const inForce: { configuration: Configuration | undefined } = { configuration: undefined };
  const adopt = (configuration: Configuration): void => {
    inForce.configuration = configuration;
    log.info({ version: configuration.version }, 'configuration in force');
    first.resolve(configuration);
    for (const listener of [...listeners]) listener(configuration);
  };
  const adoptEarlier = (earlier: Configuration | undefined): void => {
    // The watch may have brought one meanwhile: that is the newer one.
    if (earlier !== undefined && inForce.configuration === undefined) adopt(earlier);
  };
  const bucket = openBucket(bus, buckets.config);
  const watch = await bucket.watch(configurationKey, (entry) => {
    if (entry === undefined || entry.revision === inForce.configuration?.version) return;
    const parsed = parse(entry);
    if (parsed.kind === 'valid') adopt(parsed.configuration);
    else tellProblems(log, entry.revision, parsed.problems);
  });
  try {
    if (inForce.configuration === undefined) adoptEarlier(await lastValid(bucket, log));
    const loaded = await first.promise;
    return {
      get current() {
        return inForce.configuration ?? loaded;
      },
      onChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
    };
  } catch (error) {
    await watch[Symbol.asyncDispose]();
    throw error;
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

function parse({ value, revision }: KeyValueEntry): ParsedConfiguration {
  return parseConfiguration(Buffer.from(value).toString('utf8'), revision);
}

function tellProblems(
  log: BusLog,
  revision: number,
  problems: readonly ConfigurationProblem[],
): void {
  const told = { revision, problems: describeProblems(problems) };
  log.error(told, 'the configuration document is not valid');
}

async function lastValid(bucket: KeyValueBucket, log: BusLog): Promise<Configuration | undefined> {
  try {
    for await (const entry of bucket.history(configurationKey)) {
      const parsed = parse(entry);
      if (parsed.kind === 'valid') return parsed.configuration;
    }
  } catch (error) {
    // The watch goes on: a valid document that is put now is taken.
    log.warn({ err: error }, 'earlier configuration documents cannot be read');
  }
  return undefined;
}
