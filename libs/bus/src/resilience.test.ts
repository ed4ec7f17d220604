// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import type { StreamDefinition } from '@sendium/contracts';
import {
  assertNothingLeft,
  Child,
  eventually,
  startNatsCluster,
  startNatsServer,
} from '@sendium/testkit';
import {
  applyTopology,
  connectBus,
  consumeBatches,
  createPublisher,
  readToEnd,
  type Bus,
  type Topology,
} from './index.ts';
import { channel, decode, items, messagesIn, work } from './test-streams.fixture.ts';

afterEach(assertNothingLeft);

/** Elections and restarts take their time on a busy machine. */
const patient = { timeoutMs: 60_000 };

const middle: StreamDefinition = { ...work, name: 'MIDDLE', subjects: ['middle.*'] };
const log: StreamDefinition = {
  ...work,
  name: 'LOG',
  subjects: ['log.*'],
  retention: 'limits',
  discardNewPerSubject: false,
  maxMessagesPerSubject: -1,
};
const relayOf = (stream: string, subject: string) => ({
  stream,
  durable: `${stream.toLowerCase()}-relay`,
  filterSubject: subject,
  ackWaitMs: 2000,
  maxAckPending: 1000,
});
const pipeline: Topology = {
  streams: [work, middle, log],
  consumers: [relayOf('WORK', 'work.in'), relayOf('MIDDLE', 'middle.x')],
};

/** A process of the pipeline that can be killed and comes back. */
class Stage {
  readonly #args: () => readonly string[];
  readonly #ended: Child[] = [];
  #child: Child | undefined;

  constructor(args: () => readonly string[]) {
    this.#args = args;
  }

  async start(): Promise<void> {
    this.#child = await Child.start({
      name: this.#args().join(' '),
      command: process.execPath,
      args: [
        '--conditions=@sendium/source',
        new URL('./pipeline.fixture.ts', import.meta.url).pathname,
        ...this.#args(),
      ],
      env: {},
    });
  }

  async kill(): Promise<void> {
    if (this.#child === undefined) return;
    await this.#child.kill();
    this.#ended.push(this.#child);
    this.#child = undefined;
  }

  /** The lines that all its lives have printed, without a line that was cut off. */
  printed(): readonly string[] {
    const outputs = [...this.#ended, ...(this.#child === undefined ? [] : [this.#child])];
    return outputs.flatMap(({ output }) => output.split('\n').slice(0, -1));
  }
}

/** Repeatable disorder. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function logged(bus: Bus): Promise<readonly string[]> {
  const seen: string[] = [];
  await readToEnd(bus, {
    stream: 'LOG',
    subjects: ['log.x'],
    start: { kind: 'all' },
    onMessage: ({ octets }) => void seen.push(...decode(octets)),
  });
  return seen;
}

test('whichever process is killed at whatever moment, no confirmed item is lost', async () => {
  const seed = Date.now() % 100_000;
  const next = random(seed);
  await using server = await startNatsServer({ syncInterval: 'always' });
  await using bus = await connectBus({ url: server.url, name: 'resilience-test' });
  await applyTopology(bus, pipeline);
  let life = 0;
  const writer = new Stage(() => ['writer', server.url, `life${++life}`]);
  const stages = [
    writer,
    new Stage(() => ['relay', server.url, 'work.in', 'middle.x']),
    new Stage(() => ['relay', server.url, 'middle.x', 'log.x']),
  ];
  try {
    await Promise.all(stages.map((stage) => stage.start()));
    // On a busy machine each round takes longer: then there are fewer.
    const endsAtMs = performance.now() + 25_000;
    for (let round = 0; round < 16 && performance.now() < endsAtMs; round++) {
      const more = writer.printed().length + 100 + next(700);
      await eventually(() => expect(writer.printed().length).toBeGreaterThan(more), patient);
      const victim = stages[next(4)];
      await (victim ?? server).kill();
      await (victim?.start() ?? server.restart());
    }
    await writer.kill();
    const confirmed = new Set(writer.printed());
    await bus.untilConnected();
    await eventually(async () => {
      expect(await messagesIn(bus, 'WORK')).toBe(0);
      expect(await messagesIn(bus, 'MIDDLE')).toBe(0);
    }, patient);
    const arrived = await logged(bus);
    const distinct = new Set(arrived);
    const lost = [...confirmed].filter((item) => !distinct.has(item));
    expect({ seed, lost }).toEqual({ seed, lost: [] });
    expect(confirmed.size).toBeGreaterThan(1000);
    // Twice comes at most what a relay had in hand at each kill; readers know it by its id.
    expect(arrived.length - distinct.size).toBeLessThan(16 * 200);
  } finally {
    await Promise.all(stages.map((stage) => stage.kill()));
  }
}, 240_000);

test('in traffic, a kill of the server makes a running reader do little twice', async () => {
  await using server = await startNatsServer({ syncInterval: 'always' });
  await using bus = await connectBus({ url: server.url, name: 'twice-test' });
  await applyTopology(bus, pipeline);
  await using publisher = createPublisher(bus, { whenFull: 'wait', maxPendingItems: 100 });
  const handled: string[] = [];
  await using consumer = consumeBatches<string>(bus, {
    sources: [{ stream: 'WORK', durable: 'work-relay' }],
    decode,
    handle: async (item) => void handled.push(item),
    deadLetter: () => Promise.reject(new Error('no dead letter expected')),
    maxItemsInHand: 200,
  });
  const all = items(6000).map((item) => publisher.publish(channel('work.in'), item));
  for (const enough of [1000, 2000, 3000]) {
    await eventually(() => expect(handled.length).toBeGreaterThan(enough));
    await server.kill();
    await server.restart();
  }
  await Promise.all(all);
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(new Set(handled)).toEqual(new Set(items(6000)));
  expect(consumer.itemsInHand).toBe(0);
  // Only what was stored a second time, its confirmation lost with the server.
  expect(handled.length - 6000).toBeLessThan(3 * 4 * 64);
}, 120_000);

test('in a cluster of three, the loss of the leader loses nothing', async () => {
  await using cluster = await startNatsCluster(3);
  await using bus = await connectBus({ url: cluster.url, name: 'cluster-test' });
  // The servers are healthy before all of them take streams.
  await eventually(() => applyTopology(bus, { ...pipeline, replicas: 3 }), patient);
  await using publisher = createPublisher(bus, { whenFull: 'wait', maxPendingItems: 200 });
  const handled = new Set<string>();
  await using consumer = consumeBatches<string>(bus, {
    sources: [{ stream: 'WORK', durable: 'work-relay' }],
    decode,
    handle: async (item) => void handled.add(item),
    deadLetter: () => Promise.reject(new Error('no dead letter expected')),
    maxItemsInHand: 200,
  });
  const all = items(10_000).map((item) => publisher.publish(channel('work.in'), item));
  await eventually(() => expect(handled.size).toBeGreaterThan(1000));
  const info = await bus.api<{ cluster: { leader: string } }>('STREAM.INFO.WORK');
  const leader = cluster.servers[Number(info.cluster.leader.replace('nats-', ''))]!;
  await leader.kill();
  await Promise.all(all);
  await eventually(() => expect(handled.size).toBe(10_000), patient);
  await eventually(async () => expect(await messagesIn(bus)).toBe(0), patient);
  expect(consumer.itemsInHand).toBe(0);
  await leader.restart();
}, 180_000);
