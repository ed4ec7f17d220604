// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Who takes the next report or SMS. Invariants:
 * R1  No bind has more unanswered deliver_sm than its window.
 * R2  They are given out in the order in which they asked, each to the bind that it prefers when that has
 *     room, else to the next one in turn.
 * R3  Whoever waits is answered: by a bind, or by word that it waits for nothing any more.
 */
import type { BoundClient } from '../bound-client.ts';
import type { SmppItem } from './smpp-item.ts';

/** What giving something to a client needs of it. */
export type ReceivingBind = Pick<BoundClient, 'session' | 'sessionName' | 'interfaceVersion'> & {
  readonly account: Pick<BoundClient['account'], 'name'>;
  readonly smpp: Pick<BoundClient['smpp'], 'receipts' | 'defaultAlphabet'>;
};

/** A place in the window of a bind, or why there is none. */
export type Turn =
  | { readonly kind: 'place'; readonly bind: ReceivingBind; readonly release: () => void }
  /** All binds are gone. */
  | { readonly kind: 'closed' }
  /** It is not to be told any more. */
  | { readonly kind: 'dropped' };

interface Slot {
  readonly bind: ReceivingBind;
  inFlight: number;
}

interface Waiting {
  readonly item: SmppItem;
  readonly give: (turn: Turn) => void;
}

/** The receiving binds of one account, and what waits for one of them. */
export class ReceivingBinds {
  #slots: readonly Slot[] = [];
  #waiting: Waiting[] = [];
  #turn = 0;
  #isClosed = false;

  get size(): number {
    return this.#slots.length;
  }

  /** Of all binds together. */
  get windowSize(): number {
    return this.#slots.reduce((sum, { bind }) => sum + bind.smpp.receipts.windowSize, 0);
  }

  add(bind: ReceivingBind): void {
    if (this.#slots.some((slot) => slot.bind === bind)) return;
    this.#slots = [...this.#slots, { bind, inFlight: 0 }];
    this.#serve();
  }

  remove(bind: ReceivingBind): void {
    this.#slots = this.#slots.filter((slot) => slot.bind !== bind);
  }

  /** Waits for a place, which is to be released. */
  take(item: SmppItem): Promise<Turn> {
    return new Promise((give) => {
      this.#waiting.push({ item, give });
      this.#serve();
    });
  }

  /** Sends away those that wait and meet the condition. */
  drop(isMeant: (item: SmppItem) => boolean): void {
    const dropped = this.#waiting.filter(({ item }) => isMeant(item));
    this.#waiting = this.#waiting.filter(({ item }) => !isMeant(item));
    for (const { give } of dropped) give({ kind: 'dropped' });
  }

  /** Sends all away that wait and will. */
  close(): void {
    this.#isClosed = true;
    this.#serve();
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const turn = this.#turnFor(next.item);
      if (turn === undefined) return;
      this.#waiting.shift();
      next.give(turn);
    }
  }

  #turnFor(item: SmppItem): Turn | undefined {
    if (this.#isClosed) return { kind: 'closed' };
    const session = item.kind === 'report' ? item.session : undefined;
    const preferred = this.#slots.find(({ bind }) => bind.sessionName === session);
    const slot = preferred !== undefined && hasRoom(preferred) ? preferred : this.#nextInTurn();
    if (slot === undefined) return undefined;
    slot.inFlight++;
    const release = (): void => {
      slot.inFlight--;
      this.#serve();
    };
    return { kind: 'place', bind: slot.bind, release };
  }

  #nextInTurn(): Slot | undefined {
    const count = this.#slots.length;
    for (let i = 0; i < count; i++) {
      const at = (this.#turn + i) % count;
      const slot = this.#slots[at];
      if (slot === undefined || !hasRoom(slot)) continue;
      this.#turn = at + 1;
      return slot;
    }
    return undefined;
  }
}

function hasRoom({ bind, inFlight }: Slot): boolean {
  return inFlight < bind.smpp.receipts.windowSize;
}
