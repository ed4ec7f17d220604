// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { familyOf, Joiner } from './joiner.ts';
import type { Gathered, LongPart } from './long-part.ts';
import { Killed, PartsInMemory } from './parts-in-memory.fixture.ts';

type Part = LongPart<string>;

interface Process {
  readonly joiner: Joiner<string>;
  isDead: boolean;
}

/** Routers over one stream of parts; what they let go on, and the timers that they set. */
class Stage {
  readonly released: Gathered<string>[] = [];
  readonly timers = new Map<string, string>();
  readonly #parts = new PartsInMemory();
  readonly #step: () => Promise<void>;

  constructor(step: () => Promise<void> = () => Promise.resolve()) {
    this.#step = step;
  }

  process(beforeEach: () => void = () => undefined): Process {
    const step = async (): Promise<void> => {
      await this.#step();
      if (process.isDead) throw new Killed();
      beforeEach();
    };
    const joiner = new Joiner<string>({
      store: this.#parts.reachedBy(step),
      encode: (item) => Buffer.from(item),
      decode: (octets) => Buffer.from(octets).toString(),
      isCopy: (stored, came, isClaimed) => !isClaimed && textOf(stored) === textOf(came),
      wakeLater: async (id, item) => {
        await step();
        this.timers.set(id, item);
        await step();
      },
    });
    const process = { joiner, isDead: false };
    return process;
  }

  async give({ joiner }: Process, part: Part): Promise<void> {
    this.#take(await joiner.arrived(part));
  }

  /** Timers fire, all or `most`; one whose work does not end fires again. */
  async ring(process: Process, parts: readonly Part[], most = Infinity): Promise<void> {
    for (const [id, item] of [...this.timers].slice(0, most)) {
      this.timers.delete(id);
      const part = parts.find((each) => each.item === item);
      if (part === undefined) continue;
      try {
        this.#take(await process.joiner.overdue(part));
      } catch (error) {
        this.timers.set(id, item);
        throw error;
      }
    }
  }

  /** What went on, as the items of each message. */
  get messages(): readonly string[] {
    return this.released.map(({ parts }) => parts.map(({ item }) => item).join(' '));
  }

  #take(gathered: Gathered<string> | undefined): void {
    if (gathered !== undefined) this.released.push(gathered);
  }
}

/** An item is `<id>=<text>`. */
const textOf = (item: string): string => item.slice(item.indexOf('=') + 1);

function partsOf(name: string, total: number, reference = name): readonly Part[] {
  return Array.from({ length: total }, (_, i) => ({
    ...{ item: `${name}.${i + 1}=${name}${i + 1}`, id: `${name}.${i + 1}` },
    ...{ family: familyOf([reference, total]), number: i + 1, total },
  }));
}

const itemsOf = (parts: readonly Part[]): string => parts.map(({ item }) => item).join(' ');

async function giveAll(stage: Stage, process: Process, parts: readonly Part[]): Promise<void> {
  for (const part of parts) await stage.give(process, part);
}

test('the message goes on when its last part is there, in order, and once', async () => {
  const stage = new Stage();
  const one = stage.process();
  const parts = partsOf('a', 3);
  await giveAll(stage, one, [parts[2], parts[0]] as Part[]);
  expect(stage.released).toEqual([]);
  await giveAll(stage, one, [parts[1]] as Part[]);
  expect(stage.messages).toEqual([itemsOf(parts)]);
  await stage.ring(one, parts);
  expect(stage.messages).toHaveLength(1);
});

test('a reference that is used again at once gives two messages', async () => {
  const stage = new Stage();
  const one = stage.process();
  const [a, b] = [partsOf('a', 2, 'r'), partsOf('b', 2, 'r')];
  await Promise.all([...a, ...b].map((part) => stage.give(one, part)));
  expect(stage.messages).toEqual([itemsOf(a), itemsOf(b)]);
});

test('parts that come after the release go on by themselves', async () => {
  const stage = new Stage();
  const one = stage.process();
  const parts = partsOf('a', 3);
  await giveAll(stage, one, parts.slice(0, 1));
  await stage.ring(one, parts);
  expect(stage.messages).toEqual([itemsOf(parts.slice(0, 1))]);
  await giveAll(stage, one, parts.slice(1));
  await stage.ring(one, parts);
  expect(stage.messages).toEqual([itemsOf(parts.slice(0, 1)), itemsOf(parts.slice(1))]);
});

test('the same part under another id is a copy while its message is not joined', async () => {
  const stage = new Stage();
  const one = stage.process();
  const parts = partsOf('a', 2);
  const copy = { ...(parts[0] as Part), id: 'copy', item: 'copy=a1' };
  await giveAll(stage, one, [parts[0] as Part, copy, parts[1] as Part]);
  await stage.ring(one, [...parts, copy]);
  expect(stage.messages).toEqual([itemsOf(parts)]);
});

test('a reference that is used too often lets its parts go on alone', async () => {
  const stage = new Stage();
  const one = stage.process();
  for (let i = 0; i < 256; i++) await giveAll(stage, one, partsOf(`m${i}`, 2, 'r'));
  expect(stage.released).toHaveLength(256);
  const late = partsOf('late', 2, 'r');
  await giveAll(stage, one, late);
  expect(stage.messages.slice(256)).toEqual(late.map(({ item }) => item));
});

test('what the stream has forgotten goes on alone when its timer fires', async () => {
  const before = new Stage();
  const parts = partsOf('a', 2);
  await giveAll(before, before.process(), parts.slice(0, 1));
  const after = new Stage();
  for (const [id, item] of before.timers) after.timers.set(id, item);
  await after.ring(after.process(), parts);
  expect(after.messages).toEqual([itemsOf(parts.slice(0, 1))]);
});

test('a replica that is behind is asked again', async () => {
  const parts = new PartsInMemory();
  const store = parts.reachedBy(() => Promise.resolve());
  let looks = 0;
  const joiner = new Joiner<string>({
    store: { ...store, read: (group) => store.read(looks++ % 2 === 0 ? 'nothing' : group) },
    encode: (item) => Buffer.from(item),
    decode: (octets) => Buffer.from(octets).toString(),
    isCopy: () => false,
    wakeLater: () => Promise.resolve(),
  });
  const [first, second] = partsOf('a', 2) as [Part, Part];
  expect(await joiner.arrived(first)).toBeUndefined();
  expect((await joiner.arrived(second))?.parts).toHaveLength(2);
});

/** Two processes that die now and then, and are started again at once; `kills` bounds how often. */
class Fleet {
  readonly #stage: Stage;
  readonly #random: () => number;
  readonly #processes: Process[] = [];
  #kills: number;

  constructor(stage: Stage, random: () => number, kills: number) {
    this.#stage = stage;
    this.#random = random;
    this.#kills = kills;
  }

  /** Does the work, on any process, until one lives to its end. */
  async do(work: (process: Process) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work(this.#any());
        return;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
    }
  }

  #any(): Process {
    const index = this.#random() < 0.5 ? 0 : 1;
    const known = this.#processes[index];
    if (known?.isDead === false) return known;
    const started = this.#stage.process(() => {
      if (this.#kills === 0 || this.#random() > 0.05) return;
      this.#kills -= 1;
      started.isDead = true;
      throw new Killed();
    });
    this.#processes[index] = started;
    return started;
  }
}

const kind = fc.record({
  total: fc.integer({ min: 2, max: 5 }),
  isMissing: fc.boolean(),
  reference: fc.constantFrom('own', 'shared'),
});
const story = fc.record({
  scheduler: fc.scheduler(),
  kinds: fc.array(kind, { minLength: 1, maxLength: 4 }),
  randoms: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
  kills: fc.constantFrom(0, 12),
  ringsEarly: fc.boolean(),
});

test('whatever the order, the processes, the timers and the kills: each part goes on in one message, whole where all came', async () => {
  const property = fc.asyncProperty(
    story,
    async ({ scheduler, kinds, randoms, kills, ringsEarly }) => {
      const random = (): number => randoms.next().value as number;
      const stage = new Stage(() => scheduler.schedule(Promise.resolve()));
      const fleet = new Fleet(stage, random, kills);
      const messages = kinds.map(({ total, isMissing, reference }, index) => {
        const parts = partsOf(`m${index}`, total, reference === 'own' ? `m${index}` : 'shared');
        return { parts, reference, given: isMissing ? parts.slice(1) : parts };
      });
      const all = messages.flatMap(({ parts }) => parts);
      const given = messages.flatMap((each) => each.given);
      const ring = () => fleet.do((process) => stage.ring(process, all));
      const inDisorder = given
        .map((part) => ({ part, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(async ({ part }) => {
          await fleet.do((process) => stage.give(process, part));
          if (ringsEarly) await fleet.do((process) => stage.ring(process, all, 1));
        });
      await scheduler.waitFor(Promise.all(inDisorder));
      const before = new Set(stage.messages);
      await scheduler.waitFor(ring());
      for (const { parts, reference, given } of messages) {
        const mustBeWhole = given === parts && reference === 'own' && !ringsEarly;
        if (mustBeWhole) expect(before).toContain(itemsOf(parts));
      }
      // Only a kill makes a message go on twice, and then as the same message.
      const messagesOnce = kills === 0 ? stage.messages : [...new Set(stage.messages)];
      const items = messagesOnce.flatMap((each) => each.split(' '));
      expect(items.sort()).toEqual(given.map(({ item }) => item).sort());
    },
  );
  await fc.assert(property, { numRuns: 400 });
}, 120_000);
