// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { sampleItem, startBackbone } from '@sendium/backbone';
import { submitChannel } from '@sendium/contracts';
import { fetchBacklogs, toBacklogText } from './backlog.ts';

test('what nobody has read yet is told by queue', async () => {
  await using backbone = await startBackbone({ configuration: 'version: 1' });
  const { nats, publisher } = backbone;
  expect(toBacklogText(await fetchBacklogs(nats.monitorUrl))).toBe(
    'SUBMIT 0, DISPATCH 0, LATER 0 batches',
  );
  await publisher.publish(submitChannel('normal', 'test'), sampleItem());
  const backlogs = await fetchBacklogs(nats.monitorUrl);
  expect(backlogs[0]).toEqual({ stream: 'SUBMIT', stored: 1, unread: 1, inHand: 0 });
  expect(toBacklogText(backlogs)).toBe(
    'SUBMIT 1 (1 unread, 0 in hand), DISPATCH 0, LATER 0 batches',
  );
});
