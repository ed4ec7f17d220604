// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What every store promises, as cases to be run against each adapter.
 */
import { expect } from '@jest/globals';
import { factsOf, type Fact } from '@sendium/receipts';
import type { MessageStore } from './message-store.ts';
import { sampleId, sampleOutcome, sampleParked, sampleRouted, startMs } from './store-samples.ts';

/** What a case works with: a store that was empty at first. */
export interface StoreUnderTest {
  readonly store: MessageStore;
  /** Closes the store and opens it again over the same data. */
  readonly reopen: () => Promise<MessageStore>;
}

/** One promise, and how to see that it is kept. */
export interface StoreCase {
  readonly promise: string;
  readonly check: (subject: StoreUnderTest) => Promise<void>;
}

const [one, two, three] = [sampleId(0), sampleId(1000), sampleId(2000)] as const;
const entry = (messageId: typeof one, fact: Fact, rank = 2) => ({ messageId, facts: [fact], rank });

const inbound = (id: string, account = 'demo') => ({
  ...{ id, account, octets: new TextEncoder().encode(`${account} ${id}`) },
});

/** Every promise of the port. */
export const messageStoreContract: readonly StoreCase[] = [
  {
    promise: 'facts that were written are there, also after opening it again',
    check: async ({ store, reopen }) => {
      const facts = [sampleRouted(one), sampleOutcome('a1')];
      await store.write({ facts: [{ messageId: one, facts, rank: 3 }] });
      expect(await store.factsOf([one, two])).toEqual(new Map([[one, factsOf(facts)]]));
      const again = await reopen();
      expect(await again.factsOf([one, two])).toEqual(new Map([[one, factsOf(facts)]]));
    },
  },
  {
    promise: 'binary content comes back octet for octet',
    check: async ({ store }) => {
      const octets = { data: Uint8Array.of(0, 1, 255), udh: Uint8Array.of(5, 0, 3, 1, 2, 1) };
      const body = { kind: 'binary' as const, ...octets, dataCoding: 4, protocolId: 0 };
      const fact = sampleRouted(one, { body });
      await store.write({ facts: [entry(one, fact)] });
      expect((await store.factsOf([one])).get(one)).toEqual(factsOf([fact]));
    },
  },
  {
    promise: 'facts join in any order and any number of times: the earlier telling stays',
    check: async ({ store }) => {
      const [early, late] = [sampleOutcome('a1', startMs + 5), sampleOutcome('a1', startMs + 9)];
      const same = { ...late, atMs: early.atMs, destination: '1' };
      const expected = factsOf([early, late, same]);
      for (const order of [
        [late, early, same],
        [same, late, early],
        [early, same, late, late],
      ]) {
        for (const fact of order) await store.write({ facts: [entry(two, fact)] });
        await store.write({ facts: order.map((fact) => entry(three, fact)) });
        const found = await store.factsOf([two, three]);
        expect([found.get(two), found.get(three)]).toEqual([expected, expected]);
        await store.forget([two, three]);
      }
    },
  },
  {
    promise: 'messages are found by the carrier’s key, all that have it, also after opening again',
    check: async ({ store, reopen }) => {
      const facts = [entry(one, sampleOutcome('a1')), entry(two, sampleOutcome('a1'))];
      await store.write({ facts: [...facts, entry(three, sampleOutcome('c3'))] });
      await store.write({ facts });
      const expected = { 'sim/a1': [one, two], 'sim/c3': [three] };
      const keys = ['sim/a1', 'sim/c3', 'sim/none'];
      const find = async (from: MessageStore): Promise<object> => {
        const found = await from.findByCarrierKeys(keys);
        return Object.fromEntries([...found].map(([key, ids]) => [key, [...ids].sort()]));
      };
      expect(await find(store)).toEqual(expected);
      expect(await find(await reopen())).toEqual(expected);
    },
  },
  {
    promise: 'a part that was refused, or has no carrier’s id, has no key',
    check: async ({ store }) => {
      const refused = { ...sampleOutcome('a1'), result: 'rejected' as const };
      const nameless = { ...sampleOutcome(''), carrierKey: '' };
      await store.write({ facts: [entry(one, refused), entry(two, nameless)] });
      expect(await store.findByCarrierKeys(['sim/a1', 'sim/', ''])).toEqual(new Map());
    },
  },
  {
    promise:
      'an id given at the ingress finds the account’s messages that have it, the oldest first',
    check: async ({ store }) => {
      const named = (id: typeof one) => entry(id, sampleRouted(id, { clientMessageId: '8' }));
      await store.write({ facts: [named(two)] });
      await store.write({ facts: [named(one)] });
      expect(await store.findByClientId('demo', '8')).toEqual([one, two]);
      expect(await store.findByClientId('other', '8')).toEqual([]);
      await store.forget([two]);
      expect(await store.findByClientId('demo', '8')).toEqual([one]);
    },
  },
  {
    promise: 'a message that was joined from parts is found by the id of each of them',
    check: async ({ store, reopen }) => {
      const ids = [one, '8', two];
      const clientParts = ids.map((id) => ({ id, registeredDelivery: 0 }));
      await store.write({ facts: [entry(one, sampleRouted(one, { clientParts }))] });
      const again = await reopen();
      for (const id of ['8', two]) expect(await again.findByClientId('demo', id)).toEqual([one]);
      expect(await again.factsOf([one])).toEqual(
        new Map([[one, factsOf([sampleRouted(one, { clientParts })])]]),
      );
      await again.forget([one]);
      for (const id of ids) expect(await again.findByClientId('demo', id)).toEqual([]);
    },
  },
  {
    promise: 'parked receipts are found by each of their keys, and once each',
    check: async ({ store, reopen }) => {
      expect(store.hasParked).toBe(false);
      const [a, b] = [sampleParked('a', ['sim/1', 'sim/2']), sampleParked('b', ['sim/2'])];
      await store.write({ park: [a, a] });
      await store.write({ park: [a, b] });
      expect(await store.findParked(['sim/1', 'sim/2'])).toEqual([a, b]);
      const again = await reopen();
      expect(again.hasParked).toBe(true);
      await again.write({ unpark: ['a', 'a', 'none'] });
      expect(await again.findParked(['sim/1', 'sim/2'])).toEqual([b]);
      await again.write({ unpark: ['b'] });
      expect(again.hasParked).toBe(false);
    },
  },
  {
    promise: 'parked receipts are listed from the oldest on, up to a time and a number',
    check: async ({ store }) => {
      const [old, older, young] = [
        sampleParked('old', ['k'], startMs + 2),
        sampleParked('older', ['k'], startMs + 1),
        sampleParked('young', ['k'], startMs + 3),
      ];
      await store.write({ park: [old, older, young] });
      expect(await store.listParked(startMs + 3, 10)).toEqual([older, old]);
      expect(await store.listParked(startMs + 9, 1)).toEqual([older]);
    },
  },
  {
    promise: 'messages are listed by age with the highest rank seen, in steps',
    check: async ({ store }) => {
      await store.write({
        facts: [
          entry(three, sampleRouted(three), 2),
          entry(one, sampleRouted(one), 2),
          entry(one, sampleOutcome('a1'), 3),
          entry(two, sampleRouted(two), 2),
        ],
      });
      const list = (after: typeof one | undefined, afterMs: number, limit = 10) =>
        store.listByAge({ after, beforeMs: startMs + afterMs, limit });
      expect(await list(undefined, 1500)).toEqual([
        { messageId: one, rank: 3 },
        { messageId: two, rank: 2 },
      ]);
      expect(await list(undefined, 9000, 1)).toEqual([{ messageId: one, rank: 3 }]);
      expect((await list(one, 9000)).map(({ messageId }) => messageId)).toEqual([two, three]);
      expect(await list(undefined, 0)).toEqual([]);
    },
  },
  {
    promise: 'visits come when they are due, the longest due first, until they are made',
    check: async ({ store, reopen }) => {
      const visits = [
        { messageId: one, dueAtMs: 30 },
        { messageId: two, dueAtMs: 10 },
        { messageId: one, dueAtMs: 20 },
      ];
      await store.write({ visits });
      const again = await reopen();
      expect(await again.listVisits(30, 10)).toEqual([visits[1], visits[2]]);
      expect(await again.listVisits(99, 1)).toEqual([visits[1]]);
      await again.write({ visited: visits.slice(1) });
      expect(await again.listVisits(99, 10)).toEqual([visits[0]]);
    },
  },
  {
    promise: 'each walk has its own bookmark',
    check: async ({ store, reopen }) => {
      expect(await store.bookmark('lapse')).toBeUndefined();
      await store.write({ bookmarks: [{ walk: 'lapse', at: one }] });
      await store.write({ bookmarks: [{ walk: 'lapse', at: two }] });
      const again = await reopen();
      expect(await again.bookmark('lapse')).toBe(two);
      expect(await again.bookmark('retention')).toBeUndefined();
    },
  },
  {
    promise: 'what is forgotten is gone with all its names, and nothing else is',
    check: async ({ store, reopen }) => {
      await store.write({
        facts: [entry(one, sampleOutcome('a1')), entry(two, sampleOutcome('a1'))],
      });
      await store.forget([one]);
      const expectTwoOnly = async (opened: MessageStore): Promise<void> => {
        expect([...(await opened.factsOf([one, two])).keys()]).toEqual([two]);
        expect(await opened.findByCarrierKeys(['sim/a1'])).toEqual(new Map([['sim/a1', [two]]]));
      };
      await expectTwoOnly(store);
      await expectTwoOnly(await reopen());
    },
  },
  {
    promise: 'inbound messages are listed by owner, the newest first, in steps',
    check: async ({ store, reopen }) => {
      const [a, b, c] = [inbound(one), inbound(two), inbound(three)];
      const foreign = inbound(sampleId(1500), 'other');
      await store.write({ inbound: [b, a] });
      await store.write({ inbound: [c, foreign, b] });
      const again = await reopen();
      const list = (before?: string, limit = 10) =>
        again.listInbound({ account: 'demo', ...(before === undefined ? {} : { before }), limit });
      expect(await list()).toEqual([c, b, a]);
      expect(await list(undefined, 2)).toEqual([c, b]);
      expect(await list(two)).toEqual([a]);
      expect(await again.findInbound(foreign.id)).toEqual(foreign);
      expect(await again.findInbound(sampleId(9))).toBeUndefined();
    },
  },
  {
    promise: 'an inbound message that nobody owned may come to an owner, and stays with it',
    check: async ({ store }) => {
      await store.write({ inbound: [inbound(one, '')] });
      expect(await store.listInbound({ account: '', limit: 10 })).toEqual([inbound(one, '')]);
      await store.write({ inbound: [inbound(one, 'demo')] });
      await store.write({ inbound: [inbound(one, ''), inbound(one, 'other')] });
      expect(await store.findInbound(one)).toEqual(inbound(one, 'demo'));
      expect(await store.listInbound({ account: '', limit: 10 })).toEqual([]);
    },
  },
  {
    promise: 'inbound messages are forgotten by age, in steps',
    check: async ({ store }) => {
      await store.write({ inbound: [inbound(one), inbound(two), inbound(three)] });
      expect(await store.forgetInbound(startMs + 1500, 1)).toBe(1);
      expect(await store.forgetInbound(startMs + 1500, 10)).toBe(1);
      expect(await store.forgetInbound(startMs + 1500, 10)).toBe(0);
      expect(await store.listInbound({ account: 'demo', limit: 10 })).toEqual([inbound(three)]);
    },
  },
];
