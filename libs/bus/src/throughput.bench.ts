// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What one item costs this process in CPU, published and consumed, by batch size:
 * `node --conditions=@sendium/source libs/bus/src/throughput.bench.ts nats://127.0.0.1:4222`
 * (a server with JetStream and nothing on `bench.>`).
 */
import { applyTopology, connectBus, consumeBatches, createPublisher, type Bus } from './index.ts';
import { work } from './test-streams.fixture.ts';

const definition = { ...work, name: 'BENCH', subjects: ['bench.*'] };
const item = Buffer.alloc(200, 'x').toString();
const channelOf = (maxItems: number) => ({
  subject: 'bench.a',
  maxItems,
  // As cheap as can be: the codec is not what is measured.
  encode: (items: readonly string[]) => Buffer.from(items.join('\n')),
  sizeOf: (each: string) => each.length + 1,
});

interface Measured {
  readonly microsPerItem: number;
  readonly itemsPerSecond: number;
}

async function measure(items: number, work: () => Promise<unknown>): Promise<Measured> {
  const [cpu, startedMs] = [process.cpuUsage(), performance.now()];
  await work();
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    microsPerItem: Math.round(((used.user + used.system) / items) * 10) / 10,
    itemsPerSecond: Math.round(items / seconds),
  };
}

async function publishAll(bus: Bus, items: number, maxItems: number): Promise<void> {
  await using publisher = createPublisher(bus);
  const channel = channelOf(maxItems);
  let left = items;
  const one = async (): Promise<void> => {
    while (left-- > 0) await publisher.publish(channel, item);
  };
  // Eight batches' worth of callers, as a busy service has.
  await Promise.all(Array.from({ length: 8 * maxItems }, one));
}

async function consumeAll(bus: Bus, items: number): Promise<void> {
  await new Promise<void>((resolve) => {
    let left = items;
    const consumer = consumeBatches<string>(bus, {
      sources: [{ stream: 'BENCH', durable: 'bench' }],
      decode: (octets) => Buffer.from(octets).toString().split('\n'),
      handle: () => {
        if (--left === 0) void consumer[Symbol.asyncDispose]().then(resolve);
        return Promise.resolve();
      },
      deadLetter: () => Promise.resolve(),
      maxItemsInHand: 1000,
      lookAheadBatches: 16,
    });
  });
}

async function run(bus: Bus): Promise<string[]> {
  const reader = {
    stream: 'BENCH',
    durable: 'bench',
    filterSubject: 'bench.a',
    ackWaitMs: 15_000,
    maxAckPending: 1000,
  };
  await applyTopology(bus, { streams: [definition], consumers: [reader] });
  const lines: string[] = [];
  for (const [maxItems, items] of [
    [1, 20_000],
    [1, 20_000],
    [15, 100_000],
    [64, 200_000],
  ] as const) {
    const published = await measure(items, () => publishAll(bus, items, maxItems));
    const consumed = await measure(items, () => consumeAll(bus, items));
    lines.push(`batches of ${maxItems}: ${JSON.stringify({ published, consumed })}`);
  }
  return lines;
}

await using bus = await connectBus({ url: process.argv[2] ?? '', name: 'bench' });
process.stdout.write(`${(await run(bus)).join('\n')}\n`);
