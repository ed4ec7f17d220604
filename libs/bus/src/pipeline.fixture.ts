// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * One process of a small pipeline, for tests that kill it: `writer <url> <prefix>` publishes items into
 * work.in and prints each one that is confirmed; `relay <url> <from> <to>` moves items on.
 */
import { connectBus, consumeBatches, createPublisher, type Bus } from './index.ts';
import { channel, decode } from './test-streams.fixture.ts';

const writersAtOnce = 40;

async function write(bus: Bus, prefix: string): Promise<void> {
  const publisher = createPublisher(bus);
  let count = 0;
  const one = async (): Promise<never> => {
    for (;;) {
      const item = `${prefix}-${++count}`;
      await publisher.publish(channel('work.in'), item);
      process.stdout.write(`${item}\n`);
    }
  };
  await Promise.all(Array.from({ length: writersAtOnce }, one));
}

function relay(bus: Bus, from: string, to: string): void {
  const publisher = createPublisher(bus, { whenFull: 'wait', maxPendingItems: 500 });
  const [stream = ''] = from.split('.');
  consumeBatches<string>(bus, {
    sources: [{ stream: stream.toUpperCase(), durable: `${stream}-relay` }],
    decode,
    handle: (item) => publisher.publish(channel(to), item),
    deadLetter: () => Promise.reject(new Error('no dead letter expected')),
    maxItemsInHand: 200,
  });
}

const [role, url = '', first = '', second = ''] = process.argv.slice(2);
const bus = await connectBus({ url, name: `${role ?? ''}-${process.pid}` });
if (role === 'writer') await write(bus, first);
else relay(bus, first, second);
