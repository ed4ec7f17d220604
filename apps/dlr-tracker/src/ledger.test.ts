// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { createMessageId, type Message } from '@sendium/message';
import { factsOf, stateOf, timelineOf, type Facts } from '@sendium/receipts';
import { openSqliteStore, StoreError, type MessageStore } from '@sendium/store';
import fc from 'fast-check';
import { GroupCommit } from './group-commit.ts';
import { hasEnded, Ledger, type Step } from './ledger.ts';
import { RecentMessages } from './recent-messages.ts';
import { failing, type Outcome } from './failing-store.fixture.ts';
import { storyOf, tell } from './message-story.fixture.ts';
import type { Telling } from './telling.ts';
import { outcomeEvent, receiptEvent, routedEvent } from './tracker.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'sendium-ledger-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const openStore = (): MessageStore => openSqliteStore({ file: join(folder, `${count++}.db`) });

const newLedger = (store: MessageStore, capacity = 1000): Ledger =>
  new Ledger(store, new RecentMessages(capacity, Date.now()), () => Date.now());

const messages = Array.from({ length: 4 }, (_, index) =>
  sampleMessage({ id: createMessageId(Date.now() + index, new Uint8Array(10).fill(index)) }),
);

const stories = messages.map((message) => storyOf(message));
const allTellings = stories.flatMap(({ events }) => events.map(tell));

const inAnyOrder = fc.shuffledSubarray(allTellings, { minLength: allTellings.length });
const failures = fc.infiniteStream(fc.constantFrom<Outcome>('well', 'well', 'before', 'after'));

/** Goes on telling until it is known to be durable, as a consumer does. */
async function persist(commit: GroupCommit, tellings: readonly Telling[]): Promise<void> {
  for (;;) {
    try {
      await commit.record(tellings);
      return;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
  }
}

async function expectTold(store: MessageStore): Promise<void> {
  const found = await store.factsOf(messages.map(({ id }) => id));
  for (const [index, { id }] of messages.entries()) {
    const expected = factsOf(stories[index]!.facts);
    const known: Facts = found.get(id) ?? new Map();
    expect(stateOf(known)).toEqual(stateOf(expected));
    expect(timelineOf(known)).toEqual(timelineOf(expected));
    expect(stateOf(known)).toMatchObject({ status: 'delivered', segmentsDelivered: 2 });
  }
  expect(store.hasParked).toBe(false);
}

test('in any order, in any groups, told twice, with a store that fails: the same documents', async () => {
  await fc.assert(
    fc.asyncProperty(
      inAnyOrder,
      inAnyOrder,
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
      failures,
      fc.constantFrom(1, 3, 1000),
      async (first, again, sizes, failureStream, capacity) => {
        const store = openStore();
        const unreliable = failing(store, () => failureStream.next().value as Outcome);
        const ledger = newLedger(unreliable, capacity);
        const commit = new GroupCommit({ ledger, maxTellings: 7, onSteps: () => undefined });
        const rest = [...first, ...again];
        for (let round = 0; rest.length > 0; round++) {
          const groups = [rest.splice(0, sizes[round % sizes.length]), rest.splice(0, 2)];
          await Promise.all(groups.map((group) => persist(commit, group)));
        }
        await expectTold(store);
        await store[Symbol.asyncDispose]();
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('a tracker that dies and begins anew after each telling comes to the same documents', async () => {
  await fc.assert(
    fc.asyncProperty(inAnyOrder, async (tellings) => {
      const store = openStore();
      for (const telling of tellings) await newLedger(store).record([telling]);
      await expectTold(store);
      await store[Symbol.asyncDispose]();
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('each message ends once, however often its end is told', async () => {
  const store = openStore();
  const steps: Step[] = [];
  for (const ledger of [newLedger(store), newLedger(store)]) {
    for (const telling of [...allTellings, ...allTellings]) {
      steps.push(...(await ledger.record([telling])));
    }
  }
  expect(steps.filter(hasEnded).map(({ messageId }) => messageId)).toEqual(
    messages.map(({ id }) => id),
  );
  await store[Symbol.asyncDispose]();
});

test('what cannot be worked in fails alone, its neighbours are written', async () => {
  const store = openStore();
  const commit = new GroupCommit({
    ledger: newLedger(store),
    maxTellings: 1000,
    onSteps: () => undefined,
  });
  const [message, other] = messages as [Message, Message];
  const circle: Record<string, unknown> = {};
  circle['circle'] = circle;
  const poisoned = { ...message, metadata: circle as unknown as Message['metadata'] };
  const good = commit.record([tell(routedEvent(other))]);
  const bad = commit.record([tell(routedEvent(poisoned))]);
  const late = commit.record([tell(outcomeEvent(other))]);
  await expect(bad).rejects.toThrow(TypeError);
  await Promise.all([good, late]);
  const found = await store.factsOf([message.id, other.id]);
  expect([...found.keys()]).toEqual([other.id]);
  expect(stateOf(found.get(other.id)!).status).toBe('sent');
  await store[Symbol.asyncDispose]();
});

test('memory stays within its bound, and what has left it is found in the store', async () => {
  const store = openStore();
  const recent = new RecentMessages(5, Date.now() - 3_600_000);
  const ledger = new Ledger(store, recent, () => Date.now());
  const many = Array.from({ length: 40 }, () => sampleMessage());
  for (const message of many) {
    await ledger.record([routedEvent(message), outcomeEvent(message)].map(tell));
    expect(recent.size).toBeLessThanOrEqual(5);
  }
  for (const message of many) await ledger.record([tell(receiptEvent(message))]);
  const found = await store.factsOf(many.map(({ id }) => id));
  expect([...found.values()].map((facts) => stateOf(facts).status)).toEqual(
    many.map(() => 'delivered'),
  );
  await store[Symbol.asyncDispose]();
});
