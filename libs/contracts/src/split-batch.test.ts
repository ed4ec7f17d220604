// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeEventBatch, eventChannel } from './event-wire.ts';
import type { ReceiptReceived } from './events.ts';
import { EventBatch } from './gen/sendium/v1/event.ts';
import { splitBatch } from './split-batch.ts';

const receipt = (stat: string): ReceiptReceived => ({
  ...{ kind: 'receipt', atMs: 1, connector: 'sim', carrierMessageIds: ['a'], recipient: '4477' },
  ...{ state: 'delivered', stat, error: '000', doneDate: '' },
});
const channel = eventChannel('sim', 'receipt', 'producer-1');

test('each part is a batch of one item, by the same producer, in order', () => {
  const events = [receipt('A'), receipt('B'), receipt('C')];
  const parts = splitBatch(channel.encode(events)) ?? [];
  expect(parts.map((part) => decodeEventBatch(part))).toEqual(
    events.map((event) => ({ producer: 'producer-1', events: [event] })),
  );
});

test('an item that is wrong is a part by itself, and its neighbours can be read', () => {
  const whole = EventBatch.decode(channel.encode([receipt('A'), receipt('B')]));
  const wrong = { atUnixMs: 1, messageId: 'x', kind: undefined };
  const octets = EventBatch.encode({ ...whole, events: [wrong, ...whole.events] }).finish();
  expect(() => decodeEventBatch(octets)).toThrow('event.kind');
  const [first, ...rest] = splitBatch(octets) ?? [];
  expect(() => decodeEventBatch(first!)).toThrow('event.kind');
  expect(rest.map((part) => decodeEventBatch(part).events)).toEqual([
    [receipt('A')],
    [receipt('B')],
  ]);
});

test('whatever the octets are, they are split or they are not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
      expect(splitBatch(octets)?.length ?? 2).toBeGreaterThan(1);
    }),
  );
  expect(splitBatch(channel.encode([receipt('A')]))).toBeUndefined();
});
