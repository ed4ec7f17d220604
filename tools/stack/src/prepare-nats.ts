// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { applyTopology, connectBus, JetStreamApiError } from '@sendium/bus';
import type { Bus } from '@sendium/bus';
import { buckets, configurationKey, defaultTopology, gatewayTopology } from '@sendium/contracts';

import type { StoreRoom } from './nats-config.ts';

/** JetStream's answer about a stored message; a deleted value has no data. */
interface Stored {
  readonly message: { readonly data?: string };
}

const timeoutMs = 20_000;

const withBus = async (url: string, work: (bus: Bus) => Promise<void>): Promise<void> => {
  await using bus = await connectBus({
    url,
    name: 'stack',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await work(bus);
};

const subject = `$KV.${buckets.config}.${configurationKey}`;

const current = async (bus: Bus): Promise<string | undefined> => {
  try {
    const query = { last_by_subj: subject };
    const { message } = await bus.api<Stored>(`STREAM.MSG.GET.KV_${buckets.config}`, query);
    return Buffer.from(message.data ?? '', 'base64').toString('utf8');
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === 404) return undefined;
    throw error;
  }
};

const put = async (bus: Bus, document: string): Promise<void> => {
  // Each revision is a new version for every service: none without a change.
  if ((await current(bus)) === document) return;
  const answer = await bus.connection.request(subject, document, { timeout: 10_000 });
  const { error } = answer.json<{ readonly error?: { readonly description: string } }>();
  if (error !== undefined)
    throw new Error(`The configuration was not stored: ${error.description}`);
};

/** Makes all streams, consumers and buckets, and puts the configuration document where it is watched. */
export const prepareNats = (url: string, document: string, room: StoreRoom): Promise<void> =>
  withBus(url, async (bus) => {
    const { eventsMaxBytes, deadMaxBytes } = room;
    await applyTopology(bus, gatewayTopology({ ...defaultTopology, eventsMaxBytes, deadMaxBytes }));
    await put(bus, document);
  });

/** Puts another document, if it differs from the one in force. */
export const putDocument = (url: string, document: string): Promise<void> =>
  withBus(url, (bus) => put(bus, document));
