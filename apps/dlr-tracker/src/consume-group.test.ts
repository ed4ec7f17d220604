// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, sampleMessage, startBackbone, type Backbone } from '@sendium/backbone';
import { consumerProgress } from '@sendium/bus';
import {
  decodeDeadLetter,
  decodeEventBatch,
  eventChannel,
  streams,
  trackerConsumer,
  type GatewayEvent,
} from '@sendium/contracts';
import { autoFormats, stateOf } from '@sendium/receipts';
import { openSqliteStore, type MessageStore, type StoreChanges } from '@sendium/store';
import { eventually } from '@sendium/testkit';
import { consumeGroup } from './consume-group.ts';
import { failing, type Outcome } from './failing-store.fixture.ts';
import { GroupCommit } from './group-commit.ts';
import { Ledger } from './ledger.ts';
import { RecentMessages } from './recent-messages.ts';
import { outcomeEvent, routedEvent } from './tracker.fixture.ts';

let backbone: Backbone;
let store: MessageStore;
let folder: string;

beforeEach(async () => {
  const configuration = 'version: 1\naccounts: {}\nconnectors: {}\nroutes: []';
  backbone = await startBackbone({ configuration });
  folder = mkdtempSync(join(tmpdir(), 'sendium-group-'));
  store = openSqliteStore({ file: join(folder, 'messages.db') });
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await backbone[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const nowMs = (): number => Date.now();

const consume = (next: (changes: StoreChanges) => Outcome) => {
  const { bus, publisher } = backbone;
  const ledger = new Ledger(failing(store, next), new RecentMessages(100, nowMs()), nowMs);
  const commit = new GroupCommit({ ledger, maxTellings: 100, onSteps: () => undefined });
  const formatsOf = () => autoFormats;
  return consumeGroup('carrier', { bus, publisher, commit, formatsOf, producer: 'test', nowMs });
};

/** All of them in one batch. */
const tellTogether = async (events: readonly GatewayEvent[]): Promise<void> => {
  const channel = eventChannel('carrier', 'outcome', 'test');
  const whole = { ...channel, encode: () => channel.encode(events) };
  await backbone.publisher.publish(whole, events[0]!);
};

const statusOf = async (message: ReturnType<typeof sampleMessage>): Promise<string | undefined> => {
  const facts = (await store.factsOf([message.id])).get(message.id);
  return facts === undefined ? undefined : stateOf(facts).status;
};

test('an event that cannot be worked in goes to DEAD alone, its neighbours are worked in', async () => {
  const [one, bad, other] = [sampleMessage(), sampleMessage(), sampleMessage()];
  await using consumer = await consume(({ facts = [] }) =>
    facts.some(({ messageId }) => messageId === bad.id) ? 'never' : 'well',
  );
  await tellTogether([one, bad, other].flatMap((message) => [routedEvent(message)]));
  await tellTogether([outcomeEvent(one)]);
  await eventually(async () => {
    expect([await statusOf(one), await statusOf(bad), await statusOf(other)]).toEqual([
      ...['sent', undefined, 'queued'],
    ]);
    const dead = await readStored(backbone.bus, streams.dead, 'dead.tracker', (octets) => [
      decodeDeadLetter(octets),
    ]);
    expect(dead).toMatchObject([
      { messageId: bad.id, reason: 'TypeError: this cannot be written' },
    ]);
    expect(decodeEventBatch(dead[0]!.payload).events).toEqual([routedEvent(bad)]);
    expect(consumer.batchesHeld).toBe(0);
  });
});

test('while the store fails nothing is acknowledged, and nothing is lost when it is back', async () => {
  const messages = Array.from({ length: 20 }, () => sampleMessage());
  let isBroken = true;
  let failures = 0;
  await using consumer = await consume(() => {
    if (isBroken) failures++;
    return isBroken ? 'before' : 'well';
  });
  for (const message of messages) await tellTogether([routedEvent(message)]);
  await eventually(() => expect(failures).toBeGreaterThan(20));
  expect(await consumerProgress(backbone.bus, trackerConsumer('carrier'))).toMatchObject({
    ...{ ackFloor: 0, inHand: 20 },
  });
  isBroken = false;
  await eventually(async () => {
    for (const message of messages) expect(await statusOf(message)).toBe('queued');
    expect(consumer.batchesHeld).toBe(0);
  });
});
