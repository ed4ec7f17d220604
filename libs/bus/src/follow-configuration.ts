// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describeProblems, parseConfiguration, type Configuration } from '@sendium/configuration';
import { buckets, configurationKey } from '@sendium/contracts';
import type { Bus } from './bus.ts';
import type { BusLog } from './bus-log.ts';
import { TransientError } from './errors.ts';
import { openBucket } from './key-value.ts';

/** The configuration in force, and word of each change. */
export interface FollowedConfiguration extends AsyncDisposable {
  readonly current: Configuration;
  /** Calls back after each change, not for what is in force now; the returned function ends that. */
  onChange(listener: (configuration: Configuration) => void): () => void;
}

/**
 * Loads the document and follows its changes. One that is not valid changes nothing: what was in force
 * stays, and the log says what is wrong and where.
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
  let current: Configuration | undefined;
  const watch = await openBucket(bus, buckets.config).watch(configurationKey, (entry) => {
    if (entry === undefined || entry.revision === current?.version) return;
    const parsed = parseConfiguration(Buffer.from(entry.value).toString('utf8'), entry.revision);
    if (parsed.kind === 'invalid') {
      const problems = describeProblems(parsed.problems);
      log.error({ revision: entry.revision, problems }, 'the configuration document is not valid');
      return;
    }
    current = parsed.configuration;
    log.info({ version: current.version }, 'configuration in force');
    first.resolve(current);
    for (const listener of [...listeners]) listener(current);
  });
  try {
    const loaded = await first.promise;
    return {
      get current() {
        return current ?? loaded;
      },
      onChange: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
    };
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}
