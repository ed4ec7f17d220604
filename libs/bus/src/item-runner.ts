// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { pause } from '@sendium/runtime';
import type { DeliveryMeta } from './delivery.ts';
import { TerminalError, TransientError } from './errors.ts';
import { backOffMs } from './back-off.ts';

/** What could not be worked on, for DEAD: one item, or a batch (of one, if need be) that cannot be decoded. */
export type DeadDelivery<T> =
  | {
      readonly kind: 'item';
      readonly item: T;
      readonly meta: DeliveryMeta;
      readonly reason: string;
      readonly error: unknown;
    }
  | {
      readonly kind: 'batch';
      readonly octets: Uint8Array;
      readonly meta: DeliveryMeta;
      readonly reason: string;
      readonly error: unknown;
    };

export interface ItemRules<T> {
  readonly handle: (item: T, meta: DeliveryMeta) => Promise<void>;
  /** Resolves when the dead letter is durable; tried for ever. */
  readonly deadLetter: (dead: DeadDelivery<T>) => Promise<void>;
  /** Aborted when the consumer gives up what is in hand. */
  readonly giveUp: AbortSignal;
  readonly onRetry: (error: unknown, tries: number) => void;
}

const triesOfUnknownErrors = 3;
const firstRetryMs = 100;
const mostRetryMs = 5000;

/**
 * Brings one item to its end after its first try has failed: done, in DEAD, or (false) given up because
 * the consumer stops.
 */
export async function persist<T>(
  item: T,
  meta: DeliveryMeta,
  rules: ItemRules<T>,
  firstError: unknown,
): Promise<boolean> {
  let error = firstError;
  for (let tries = 1; !rules.giveUp.aborted; tries++) {
    if (isHopeless(error, tries)) {
      const reason = reasonOf(error);
      return bury({ kind: 'item', item, meta, reason, error }, rules);
    }
    rules.onRetry(error, tries);
    await pause(backOffMs(tries, firstRetryMs, mostRetryMs), rules.giveUp);
    const outcome = await tryAgain(item, meta, rules);
    if (outcome.kind !== 'failed') return outcome.kind === 'done';
    error = outcome.error;
  }
  return false;
}

type Outcome =
  { readonly kind: 'done' | 'given up' } | { readonly kind: 'failed'; readonly error: unknown };

async function tryAgain<T>(item: T, meta: DeliveryMeta, rules: ItemRules<T>): Promise<Outcome> {
  if (rules.giveUp.aborted) return { kind: 'given up' };
  try {
    await rules.handle(item, meta);
    return { kind: 'done' };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Writes to DEAD until it is durable; false when the consumer stops before that. */
export async function bury<T>(dead: DeadDelivery<T>, rules: ItemRules<T>): Promise<boolean> {
  for (let tries = 1; !rules.giveUp.aborted; tries++) {
    try {
      await rules.deadLetter(dead);
      return true;
    } catch (error) {
      rules.onRetry(error, tries);
      await pause(backOffMs(tries, firstRetryMs, mostRetryMs), rules.giveUp);
    }
  }
  return false;
}

/** Text for a dead letter: the error's name and message. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function isHopeless(error: unknown, tries: number): boolean {
  if (error instanceof TransientError) return false;
  return error instanceof TerminalError || tries >= triesOfUnknownErrors;
}
