// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { storyOf } from './message-story.fixture.ts';
import { RecentMessages } from './recent-messages.ts';

test('the messages heard of last stay, up to the capacity', () => {
  const recent = new RecentMessages(3, 0);
  const ids = Array.from({ length: 5 }, () => sampleMessage().id);
  for (const id of ids) recent.admit(id);
  recent.evict();
  expect(ids.map((id) => recent.find(id) !== undefined)).toEqual([false, false, true, true, true]);
});

test('messages of many parts are fewer, and what was let go of may be in the store', () => {
  const recent = new RecentMessages(1, 0);
  const messages = Array.from({ length: 2 }, () => sampleMessage());
  for (const { id } of messages) recent.admit(id);
  recent.evict();
  const [gone, left] = messages;
  expect([recent.size, recent.mayBeStored(gone!.id)]).toEqual([1, true]);
  const kept = recent.find(left!.id)!;
  const [routed] = storyOf(left!).facts;
  for (let attempt = 0; attempt < 16; attempt++) {
    recent.add(kept, { ...routed, attempt } as typeof routed & object);
    recent.add(kept, { ...routed, attempt } as typeof routed & object);
  }
  recent.evict();
  expect(recent.size).toBe(1);
  recent.add(kept, { ...routed, attempt: 16 } as typeof routed & object);
  recent.evict();
  expect(recent.size).toBe(0);
});
