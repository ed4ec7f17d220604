// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { readStored, sampleItem, sampleMessage } from '@sendium/backbone';
import { consumeBatches, type BatchConsumer } from '@sendium/bus';
import { decodeEventBatch, dispatchChannel, streams, trackerConsumer } from '@sendium/contracts';
import { eventually } from '@sendium/testkit';
import { outcomeEvent, routedEvent, startTracker } from './tracker.fixture.ts';
import { trimEvents } from './trim-events.ts';

test('events that are worked in and old leave the stream', async () => {
  await using tracker = await startTracker({ SENDIUM_TRACKER_EVENTS_KEPT: '1s' });
  const { bus } = tracker.backbone;
  const events = () =>
    readStored(bus, streams.events, 'event.>', (octets) => decodeEventBatch(octets).events);
  const messages = Array.from({ length: 20 }, () => sampleMessage());
  for (const message of messages) {
    await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
  }
  expect(await events()).not.toEqual([]);
  await eventually(async () => expect(await events()).toEqual([]));
  for (const message of messages) expect(await tracker.record(message)).toBeDefined();
});

test('what is not worked in stays, and so does what is younger than a message that waits', async () => {
  await using tracker = await startTracker();
  const { bus, publisher } = tracker.backbone;
  await tracker.app.stop();
  const ids = async (): Promise<readonly string[]> => {
    const stored = await readStored(bus, streams.events, 'event.carrier.*', (octets) =>
      decodeEventBatch(octets).events.flatMap((event) =>
        'messageId' in event ? [event.messageId as string] : [],
      ),
    );
    return stored;
  };
  const [worked, waiting, younger, unread] = [1, 2, 3, 4].map(() => sampleMessage());
  const connector = { name: 'first', group: 'carrier' };
  const configuration = {
    current: { connectors: new Map([['first', connector]]) },
  } as unknown as Parameters<typeof trimEvents>[1]['configuration'];
  const options = { bus, configuration, keptMs: 0, nowMs: () => Date.now() + 1000 };
  /** Works in so many batches, and has the next one in hand until the end. */
  const work = (count: number): BatchConsumer => {
    const never = new Promise<void>(() => undefined);
    let taken = 0;
    return consumeBatches(bus, {
      sources: [trackerConsumer('carrier')],
      decode: (octets) => [octets],
      handle: () => (++taken > count ? never : Promise.resolve()),
      deadLetter: () => never,
      maxItemsInHand: 1,
      drainMs: 0,
    });
  };

  await tracker.tell('carrier', routedEvent(worked!));
  await eventually(() => expect(Date.now()).toBeGreaterThan(worked!.acceptedAtMs + 50));
  const dispatched = { ...sampleItem(), message: waiting!, route: 'all', configurationVersion: 1 };
  await publisher.publish(dispatchChannel('first', 'bulk', 'test'), dispatched);
  await tracker.tell('carrier', routedEvent(younger!));
  await tracker.tell('carrier', routedEvent(unread!));
  await using reader = work(2);

  await eventually(async () => {
    await trimEvents('carrier', options);
    expect(await ids()).toEqual([younger!.id, unread!.id]);
  });

  expect(reader.batchesHeld).toBeGreaterThan(0);
  await bus.api(`STREAM.PURGE.${streams.dispatch}`, {});
  await eventually(async () => {
    await trimEvents('carrier', options);
    expect(await ids()).toEqual([unread!.id]);
  });
});
