// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { TransientError } from '@sendium/bus';
import { createMessageId } from '@sendium/message';
import { reportsDue } from '@sendium/receipts';
import { openSqliteStore, StoreError } from '@sendium/store';
import fc from 'fast-check';
import { failing, type Outcome } from './failing-store.fixture.ts';
import { Ledger, type Step } from './ledger.ts';
import { storyOf, tell } from './message-story.fixture.ts';
import { RecentMessages } from './recent-messages.ts';
import type { Telling } from './telling.ts';

const folder = mkdtempSync(join(tmpdir(), 'sendium-reports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

const messages = [0x11, 0x01, 0x00].map((registeredDelivery, index) =>
  sampleMessage({
    id: createMessageId(Date.now() + index, new Uint8Array(10).fill(index)),
    registeredDelivery,
    origin: { ingress: 'smpp' },
  }),
);
const tellings = messages.flatMap((message) => storyOf(message).events.map(tell));

/** Goes on telling until it is durable, with a new process after each failure when told so. */
async function persist(open: () => Ledger, told: readonly Telling[]): Promise<readonly Step[]> {
  for (;;) {
    try {
      return await open().record(told);
    } catch (error) {
      if (!(error instanceof StoreError || error instanceof TransientError)) throw error;
    }
  }
}

test('in any order, with stores and queues that fail: what is asked for is reported, nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(tellings, { minLength: tellings.length }),
      fc.infiniteStream(fc.constantFrom<Outcome>('well', 'well', 'before', 'after')),
      fc.infiniteStream(fc.constantFrom<Outcome>('well', 'well', 'before', 'after')),
      fc.boolean(),
      async (order, writes, publishes, isNewProcess) => {
        const stored = openSqliteStore({ file: join(folder, `${count++}.db`) });
        const store = failing(stored, () => writes.next().value as Outcome);
        const told = new Set<string>();
        const report = (steps: readonly Step[]): Promise<void> | undefined => {
          const due = steps.flatMap(({ messageId, previous, next }) =>
            reportsDue(previous, next).map(({ status }) => `${messageId} ${status}`),
          );
          if (due.length === 0) return undefined;
          const outcome = publishes.next().value as Outcome;
          if (outcome !== 'before') for (const one of due) told.add(one);
          if (outcome === 'well') return Promise.resolve();
          return Promise.reject(new TransientError('as the test wants it'));
        };
        const begin = (): Ledger =>
          new Ledger(store, new RecentMessages(10, Date.now()), () => Date.now(), report);
        const first = begin();
        for (const telling of order) await persist(isNewProcess ? begin : () => first, [telling]);
        const [both, final] = messages.map(({ id }) => id);
        expect([...told].sort()).toEqual(
          [`${both} delivered`, `${both} sent`, `${final} delivered`].sort(),
        );
        await stored[Symbol.asyncDispose]();
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
