// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { openBucket, type Bus } from '@sendium/bus';
import { parseConfiguration, type Configuration } from '@sendium/configuration';
import { buckets, configurationKey } from '@sendium/contracts';

import { CommandError } from './errors.ts';

/** The configuration in force: the newest document that is valid; undefined when there is none. */
export async function readConfiguration(bus: Bus): Promise<Configuration | undefined> {
  const bucket = openBucket(bus, buckets.config);
  for await (const { value, revision } of bucket.history(configurationKey)) {
    const parsed = parseConfiguration(Buffer.from(value).toString('utf8'), revision);
    if (parsed.kind === 'valid') return parsed.configuration;
  }
  return undefined;
}

/** The same. Throws `CommandError` when there is none. */
export async function needConfiguration(bus: Bus): Promise<Configuration> {
  const configuration = await readConfiguration(bus);
  if (configuration !== undefined) return configuration;
  throw new CommandError('There is no valid configuration on this NATS.');
}
