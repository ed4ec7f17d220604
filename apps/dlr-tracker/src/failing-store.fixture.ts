// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { StoreError, type MessageStore, type StoreChanges } from '@sendium/store';

/** How a write goes: it fails before anything was done, or after all of it was, or cannot be done at all. */
export type Outcome = 'well' | 'before' | 'after' | 'never';

/** The store, with writes that fail when told to. */
export function failing(
  store: MessageStore,
  next: (changes: StoreChanges) => Outcome,
): MessageStore {
  const write = async (changes: StoreChanges): Promise<void> => {
    const outcome = next(changes);
    if (outcome === 'never') throw new TypeError('this cannot be written');
    const failure = new StoreError('write', { cause: new Error('as the test wants it') });
    if (outcome === 'before') throw failure;
    await store.write(changes);
    if (outcome === 'after') throw failure;
  };
  return new Proxy(store, {
    get(target, name): unknown {
      if (name === 'write') return write;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
