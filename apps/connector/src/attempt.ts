// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DispatchItem, Outcome } from '@sendium/contracts';
import type { SubmitPlan } from './submit-plan.ts';

/** A plan that can be carried out. */
export type PlannedSubmits = SubmitPlan & { readonly kind: 'planned' };

/**
 * One attempt of one message while it is in hand: which parts are still to be submitted, how many are on
 * their way, and how it ended when it did not succeed.
 */
export class Attempt {
  readonly item: DispatchItem;
  /** Settles when the durable successor of the attempt exists. */
  readonly done: Promise<void>;
  plan: PlannedSubmits | undefined;
  /** Parts to submit, ascending. */
  todo: readonly number[] = [];
  /** Parts submitted whose event is not yet durable, and other events being written. */
  open = 0;
  /** Parts that the carrier has, in this attempt or by those before it on this connector. */
  readonly handedOver = new Set<number>();
  /** The strongest end so far, other than success. */
  end: Outcome | undefined;
  isSettled = false;
  /** Parts sent again at once, and how often. */
  #resends: Map<number, number> | undefined;
  readonly #settle: Settle | undefined;

  constructor(item: DispatchItem) {
    this.item = item;
    let settle: Settle | undefined;
    this.done = new Promise((finish, abandon) => {
      settle = { finish, abandon };
    });
    this.#settle = settle;
  }

  get messageId(): Outcome['messageId'] {
    return this.item.message.id;
  }

  /** Its durable successor exists. */
  finish(): void {
    this.isSettled = true;
    this.#settle?.finish();
  }

  /** It cannot be brought to its end here: whoever reads it next begins where this one stopped. */
  abandon(reason: Error): void {
    this.isSettled = true;
    this.#settle?.abandon(reason);
  }

  /** Nothing of it is on its way, and nothing is left to submit. */
  get isOver(): boolean {
    return this.open === 0 && (this.todo.length === 0 || this.end !== undefined);
  }

  /** Takes the next part to submit. */
  takePart(): number | undefined {
    const [part, ...rest] = this.todo;
    this.todo = rest;
    return part;
  }

  /** Puts a part back among those to submit, in order. */
  putBack(part: number): void {
    this.todo = [...this.todo, part].sort((a, b) => a - b);
  }

  resendsOf(part: number): number {
    return this.#resends?.get(part) ?? 0;
  }

  countResend(part: number): void {
    this.#resends ??= new Map();
    this.#resends.set(part, this.resendsOf(part) + 1);
  }
}

interface Settle {
  readonly finish: () => void;
  readonly abandon: (reason: Error) => void;
}

/** What names an attempt: the unit of idempotence but for the part. */
export function attemptKey(messageId: string, attempt: number): string {
  return `${messageId}:${attempt}`;
}
