// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { factsOf, stateOf, timelineOf } from '@sendium/receipts';
import { eventually } from '@sendium/testkit';
import { toRecord, toTimelineEvent } from './message-record.ts';
import { storyOf } from './message-story.fixture.ts';
import { startTracker, type TrackerUnderTest } from './tracker.fixture.ts';

const rounds = 6;
const messagesPerRound = 150;

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Tells the events in no order, some of them twice, a few at a time, so that kills fall in between. */
async function tellInDisorder(
  tracker: TrackerUnderTest,
  stories: readonly ReturnType<typeof storyOf>[],
): Promise<void> {
  const events = stories.flatMap((story) => story.events);
  const rest = shuffled([...events, ...events.slice(0, events.length / 4)]);
  while (rest.length > 0) {
    const group = rest.splice(0, 40);
    await tracker.tell('carrier', ...group);
  }
}

test('kill -9 of the tracker while events flow: each document equals the fold of its events', async () => {
  await using tracker = await startTracker();
  const messages = Array.from({ length: rounds * messagesPerRound }, () => sampleMessage());
  const stories = messages.map((message) => storyOf(message));
  for (let round = 0; round < rounds; round++) {
    const told = stories.slice(round * messagesPerRound, (round + 1) * messagesPerRound);
    const telling = tellInDisorder(tracker, told);
    // One kill while it works, one as soon as it is back, with everything in hand.
    await Promise.race([telling, new Promise((go) => setTimeout(go, Math.random() * 300))]);
    await tracker.replace();
    await tracker.replace();
    await telling;
  }
  for (const [index, message] of messages.entries()) {
    const facts = factsOf(stories[index]!.facts);
    const { status, sentAt, completedAt, segmentsDelivered } = toRecord(stateOf(facts));
    await eventually(
      async () => {
        const record = await tracker.record(message);
        expect(record).toMatchObject({ status, sentAt, completedAt, segmentsDelivered });
        const timeline = await tracker.timeline(message);
        expect(timeline).toEqual(timelineOf(facts).map(toTimelineEvent));
      },
      { timeoutMs: 50_000 },
    );
  }
}, 180_000);

test('kill -9 of nats-server while events flow loses none of what it had confirmed', async () => {
  await using tracker = await startTracker();
  const messages = Array.from({ length: 300 }, () => sampleMessage());
  const stories = messages.map((message) => storyOf(message));
  const telling = tellInDisorder(tracker, stories);
  for (let kill = 0; kill < 2; kill++) {
    await new Promise((go) => setTimeout(go, Math.random() * 300));
    await tracker.backbone.nats.kill();
    await tracker.backbone.nats.restart();
  }
  await telling;
  for (const message of messages) {
    await eventually(
      async () => expect(await tracker.record(message)).toMatchObject({ status: 'delivered' }),
      { timeoutMs: 50_000 },
    );
  }
}, 180_000);
