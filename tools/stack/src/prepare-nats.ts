// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { applyTopology, connectBus, openBucket } from '@sendium/bus';
import type { Bus } from '@sendium/bus';
import { buckets, configurationKey, defaultTopology, gatewayTopology } from '@sendium/contracts';

import type { StoreRoom } from './nats-config.ts';

const timeoutMs = 20_000;

const withBus = async (url: string, work: (bus: Bus) => Promise<void>): Promise<void> => {
  await using bus = await connectBus({
    url,
    name: 'stack',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await work(bus);
};

const put = async (bus: Bus, document: string): Promise<void> => {
  const bucket = openBucket(bus, buckets.config);
  const current = await bucket.get(configurationKey);
  // Each revision is a new version for every service: none without a change.
  if (current !== undefined && Buffer.from(current.value).toString('utf8') === document) return;
  await bucket.put(configurationKey, document);
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
