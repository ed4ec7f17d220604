// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Joining long messages whose parts come one by one, in any order, to any router. Invariants:
 *
 * 1. When `arrived` or `overdue` resolves with nothing, somebody else goes on with the part: it lies in
 *    PARTS and a timer that carries it is durable, or it was claimed with the others, or it is a copy.
 *    When one resolves with parts, the caller goes on with them, and has its own item acknowledged only
 *    then: after a crash the item comes again, finds its own claim, and gives the same parts again.
 * 2. Nobody else is given those parts (see judge-shelf.ts).
 * 3. A family whose reference is used again gets another group for each message: the next generation.
 *    Every part looks for its place from the first one on, so that one that comes again finds its own.
 * 4. The timer carries the part itself: what PARTS has forgotten meanwhile goes on alone, and is not lost.
 * 5. In one process the parts of a family take turns, in the order of their stream, so that a sender that
 *    uses a reference again at once gets its messages apart. Across processes the order is not known, and
 *    nothing in the parts tells.
 */
import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { TransientError } from '@sendium/bus';
import { claimedParts, judgeShelf, type Seeker, type Shelf, type Verdict } from './judge-shelf.ts';
import type { Gathered, LongPart } from './long-part.ts';
import type { PartStore } from './part-store.ts';
import { Turns } from './turns.ts';

/** What joining stands on. */
export interface JoinerOptions<T> {
  readonly store: PartStore;
  readonly encode: (item: T) => Uint8Array;
  readonly decode: (octets: Uint8Array) => T;
  /** Whether the carrier gave the same part twice; `isClaimed`: the first is joined already. */
  readonly isCopy: (stored: T, came: T, isClaimed: boolean) => boolean;
  /** Resolves when a timer of this id is durable that gives the item to `overdue`. */
  readonly wakeLater: (id: string, item: T) => Promise<void>;
}

/** More messages of one family than this within an hour are not joined. */
const mostGenerations = 256;
/** A replica that is behind catches up within milliseconds. */
const looks = 8;
const digestLength = 32;

type Hurry = 'arrived' | 'overdue';

/** Joins the messages of one direction. */
export class Joiner<T> {
  readonly #options: JoinerOptions<T>;
  readonly #turns = new Turns();

  constructor(options: JoinerOptions<T>) {
    this.#options = options;
  }

  /**
   * A part came. Resolves with the whole message when it is for the caller to go on with, alone when its
   * reference was used too often.
   *
   * @throws {TransientError} JetStream does not answer, or has no room
   */
  arrived(part: LongPart<T>): Promise<Gathered<T> | undefined> {
    return this.#turns.take(part.family, () => this.#settle(part, 'arrived'));
  }

  /** Its time to wait is over: resolves with what there is, unless somebody has gone on with it. */
  overdue(part: LongPart<T>): Promise<Gathered<T> | undefined> {
    return this.#turns.take(part.family, () => this.#settle(part, 'overdue'));
  }

  async #settle(part: LongPart<T>, hurry: Hurry): Promise<Gathered<T> | undefined> {
    const octets = this.#options.encode(part.item);
    for (let generation = 0; generation < mostGenerations; generation++) {
      const group = groupOf(part.family, generation);
      await this.#options.store.put(group, part.number, { id: part.id, octets });
      const { verdict, shelf } = await this.#look(group, part, hurry);
      if (verdict === 'elsewhere') continue;
      if (verdict === 'wait') await this.#options.wakeLater(`${group}-${part.number}`, part.item);
      return verdict === 'mine' ? this.#gathered(shelf, part.total) : undefined;
    }
    return { parts: [{ number: part.number, item: part.item }], total: part.total };
  }

  /** Looks until it is known what to do. */
  async #look(group: string, part: LongPart<T>, hurry: Hurry): Promise<Finding> {
    const { store } = this.#options;
    const seeker = this.#seeker(part, hurry);
    let isClaimed = false;
    for (let look = 0; look < looks; look++) {
      const shelf = await store.read(group);
      const verdict = judgeShelf(shelf, seeker);
      const isBehind = verdict === 'unseen' || (isClaimed && shelf.claim === undefined);
      if (isBehind) await pause(2 ** look);
      else if (verdict !== 'claim') return { verdict, shelf };
      else {
        await store.claim(group, seeker.claimant);
        isClaimed = true;
      }
    }
    throw new TransientError('what was stored of a long message is not to be seen yet');
  }

  #seeker({ item, id, number, total }: LongPart<T>, hurry: Hurry): Seeker {
    const { decode, isCopy } = this.#options;
    return {
      ...{ id, number, total },
      claimant: hurry === 'arrived' ? id : `${id} overdue`,
      isOverdue: hurry === 'overdue',
      isCopy: (octets, isClaimed) => isCopy(decode(octets), item, isClaimed),
    };
  }

  #gathered(shelf: Shelf, total: number): Gathered<T> {
    const { decode } = this.#options;
    const parts = claimedParts(shelf).map(([number, { octets }]) => ({
      ...{ number, item: decode(octets) },
    }));
    return { parts, total };
  }
}

interface Finding {
  readonly verdict: Exclude<Verdict, 'unseen' | 'claim'>;
  readonly shelf: Shelf;
}

function groupOf(family: string, generation: number): string {
  return generation === 0 ? family : familyOf([family, generation]);
}

/** A digest of what the parts of one message have in common, for subjects. */
export function familyOf(traits: readonly (string | number)[]): string {
  return hash('sha256', JSON.stringify(traits)).slice(0, digestLength);
}
