// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from '@jest/globals';
import { messageStoreContract } from './message-store-contract.ts';
import { StoreError, type MessageStore } from './message-store.ts';
import { openStore } from './open-store.ts';
import { openSqliteStore } from './sqlite-message-store.ts';
import { sampleId, sampleOutcome, sampleParked, sampleRouted } from './store-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'sendium-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const newFile = (): string => join(folder, `${count++}.db`);

describe.each([
  { freshKeys: 20_000, how: 'keys in memory' },
  { freshKeys: 0, how: 'keys sorted in at once' },
])('a SQLite store with $how', ({ freshKeys }) => {
  test.each(messageStoreContract)('promises: $promise', async ({ check }) => {
    const file = newFile();
    const open = (): MessageStore => openSqliteStore({ file, freshKeys });
    let store = open();
    try {
      await check({
        store,
        reopen: async () => {
          await store[Symbol.asyncDispose]();
          return (store = open());
        },
      });
    } finally {
      await store[Symbol.asyncDispose]();
    }
  });
});

test('keys are found in every phase of being sorted in, also when the process dies there', async () => {
  const file = newFile();
  const carrierIds = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 5003).toString(36));
  const idOf = (index: number) => sampleId(index);
  for (let start = 0; start < carrierIds.length; start += 50) {
    const store = openSqliteStore({ file, freshKeys: 120 });
    for (let index = start; index < start + 50; index++) {
      const fact = sampleOutcome(carrierIds[index] ?? '');
      await store.write({ facts: [{ messageId: idOf(index), facts: [fact], rank: 3 }] });
    }
    const known = carrierIds.slice(0, start + 50);
    const found = await store.findByCarrierKeys(known.map((id) => `sim/${id}`));
    expect([...found.values()]).toEqual(known.map((_, index) => [idOf(index)]));
    await store[Symbol.asyncDispose]();
  }
  const db = new DatabaseSync(file);
  const sorted = db.prepare('SELECT COUNT(*) AS n FROM carrier_keys').get()?.['n'];
  const all = db.prepare('SELECT COUNT(*) AS n FROM facts').get()?.['n'];
  const settled = db.prepare('SELECT sequence AS n FROM settled').get()?.['n'];
  db.close();
  expect(Number(sorted)).toBeGreaterThan(200);
  expect(Number(all) - Number(settled)).toBeLessThan(300);
});

test('keys of what was written after everything was forgotten are found by the next process', async () => {
  const file = newFile();
  const [old, young] = [sampleId(0), sampleId(1)];
  const write = async (freshKeys: number, messageId: typeof old, carrierId: string) => {
    const store = openSqliteStore({ file, freshKeys });
    await store.write({ facts: [{ messageId, facts: [sampleOutcome(carrierId)], rank: 3 }] });
    await store.forget([old]);
    await store[Symbol.asyncDispose]();
  };
  await write(0, old, 'a1');
  await write(100, young, 'b2');
  const store = openSqliteStore({ file });
  expect(await store.findByCarrierKeys(['sim/a1', 'sim/b2'])).toEqual(
    new Map([['sim/b2', [young]]]),
  );
  await store[Symbol.asyncDispose]();
});

test('a write that fails leaves nothing behind, in the file and in memory', async () => {
  const store = openSqliteStore({ file: newFile() });
  const messageId = sampleId(0);
  const [good, bad] = [sampleOutcome('a1'), sampleOutcome('b2')].map((fact, index) => ({
    ...{
      messageId,
      facts: [fact],
      rank: index === 0 ? 3 : (Symbol('no number') as unknown as number),
    },
  }));
  const facts = [good!, bad!];
  await expect(store.write({ park: [sampleParked('p', ['k'])], facts })).rejects.toThrow();
  expect(await store.factsOf([messageId])).toEqual(new Map());
  expect(await store.findByCarrierKeys(['sim/a1'])).toEqual(new Map());
  expect(store.hasParked).toBe(false);
  await store.write({ facts: facts.slice(0, 1) });
  expect((await store.findByCarrierKeys(['sim/a1'])).size).toBe(1);
  await store[Symbol.asyncDispose]();
});

test('a second opener of the same file is refused', async () => {
  const file = newFile();
  const store = openSqliteStore({ file });
  await store.write({ bookmarks: [{ walk: 'lapse', at: sampleId(0) }] });
  expect(() => openSqliteStore({ file })).toThrow(StoreError);
  await store[Symbol.asyncDispose]();
});

test('a file of a later version is refused and left alone', () => {
  const file = newFile();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => openSqliteStore({ file })).toThrow(StoreError);
});

test('a URL opens the store and makes its folder; other kinds are not known', async () => {
  const store = await openStore(`sqlite:${join(folder, 'deep', 'er', 'messages.db')}`);
  const id = sampleId(0);
  await store.write({ facts: [{ messageId: id, facts: [sampleRouted(id)], rank: 2 }] });
  await store[Symbol.asyncDispose]();
  expect(() => openStore('redis://localhost')).toThrow(TypeError);
});
