// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { applyTopology, connectBus } from '@sendium/bus';
import { defaultTopology, gatewayTopology, type InboundMessage } from '@sendium/contracts';
import { systemClock } from '@sendium/runtime';
import { startNatsCluster } from '@sendium/testkit';
import { createInboundJoiner } from './create-joiners.ts';
import { inboundPartOf } from './inbound-part.ts';
import { inboundParts } from './inbound-parts.fixture.ts';

test('in a cluster, where replicas may be behind, each message goes on once', async () => {
  await using cluster = await startNatsCluster();
  const [first, second, third] = await Promise.all(
    cluster.servers.map(({ url }) => connectBus({ url, name: 'joining-test' })),
  );
  if (first === undefined || second === undefined || third === undefined) throw new Error();
  const buses = [first, second, third];
  try {
    const topology = { ...defaultTopology, replicas: 3 } as const;
    await applyTopology(first, gatewayTopology(topology));
    const joiners = buses.map((bus) =>
      createInboundJoiner({ bus, clock: systemClock, producer: 'test', timeoutMs: 60_000 }),
    );
    const messages = Array.from({ length: 60 }, (_, i) =>
      inboundParts({ text: `${i}: the quick brown fox jumps over it`, reference: i }),
    );
    const gathered: (readonly InboundMessage[])[] = [];
    const give = async (part: InboundMessage, index: number): Promise<void> => {
      const longPart = inboundPartOf(part, 'carrier', true);
      if (longPart === undefined) throw new Error('not a part');
      const whole = await joiners[index % joiners.length]?.arrived(longPart);
      if (whole !== undefined) gathered.push(whole.parts.map(({ item }) => item));
    };
    await Promise.all(messages.flat().map(give));
    const idsOf = (parts: readonly InboundMessage[]) => parts.map(({ id }) => id).join(' ');
    expect(gathered.map(idsOf).sort()).toEqual(messages.map(idsOf).sort());
  } finally {
    await Promise.all(buses.map((bus) => bus[Symbol.asyncDispose]()));
  }
}, 120_000);
