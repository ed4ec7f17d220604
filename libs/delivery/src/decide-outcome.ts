// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What to do with a message next, once a submit_sm of it has come to an end.
 *
 * D1  Every end has exactly one decision; which one depends on nothing but the values given.
 * D2  Throttling and the first unseen answer spend no attempt. All else that is not final does, so
 *     no carrier can make a message go round for ever: a second unseen answer of one attempt counts
 *     as a transient error.
 * D3  A retry is never due after the message's validity: it is then due when that ends, to be
 *     found expired there.
 */

import { retryDelayMs, retryDelaysMs } from './retry-schedule.ts';
import type { StatusPolicy } from './status-policy.ts';

/** How a submit_sm came to its end. */
export type SubmitEnd =
  /** submit_sm_resp. */
  | { readonly kind: 'response'; readonly commandStatus: number }
  /** generic_nack: the peer did not understand the request. */
  | { readonly kind: 'nack'; readonly commandStatus: number }
  /** Written, but no answer: timed out, or its session was lost. */
  | { readonly kind: 'unanswered' };

/** The connector's rules. */
export interface DeliveryRules {
  readonly statusPolicy: StatusPolicy;
  readonly onUnknownOutcome: 'resend' | 'park';
  /** Delays before retries, in milliseconds. */
  readonly retryDelaysMs?: readonly number[];
}

/** What is known of the message at that moment. */
export interface SubmitContext {
  readonly nowMs: number;
  readonly expiresAtMs: number;
  /** Retries on this connector already made: see `countRetries`. */
  readonly retriesSoFar: number;
  /** How often this attempt was sent again at once because its answer was never seen. */
  readonly resendsSoFar: number;
  /** A random number from 0 up to 1. */
  readonly jitter: number;
}

export type Decision =
  | { readonly kind: 'submitted' }
  | { readonly kind: 'rejected'; readonly code: 'carrier_rejected' }
  | { readonly kind: 'failed'; readonly code: 'nacked' }
  /** Again on this connector as the next attempt. */
  | { readonly kind: 'retry'; readonly dueAtMs: number }
  /** Elsewhere as the next attempt. */
  | { readonly kind: 'next_target'; readonly dueAtMs: number }
  /** Again at once, same attempt; `rebind`: and the session it came over is to be closed. */
  | { readonly kind: 'resend'; readonly rebind: boolean }
  /** Again when the connector's pause is over, same attempt. */
  | { readonly kind: 'throttled' }
  /** Perhaps the carrier has it: an operator decides. */
  | { readonly kind: 'unknown'; readonly code: 'outcome_unknown' };

/** Decides by the rules what becomes of a message whose submit_sm ended. */
export function decideOutcome(
  end: SubmitEnd,
  rules: DeliveryRules,
  context: SubmitContext,
): Decision {
  if (end.kind === 'unanswered') return decideUnanswered(rules, context);
  const reaction = rules.statusPolicy(end.commandStatus);
  if (typeof reaction === 'object') return retryOrMoveOn(reaction, context);
  switch (reaction) {
    case 'accept':
      // A nack that says ROK contradicts itself; it is no promise of delivery.
      return end.kind === 'nack' ? { kind: 'failed', code: 'nacked' } : { kind: 'submitted' };
    case 'reject':
      return end.kind === 'nack'
        ? { kind: 'failed', code: 'nacked' }
        : { kind: 'rejected', code: 'carrier_rejected' };
    case 'retry':
      return retryOrMoveOn(rules, context);
    case 'next_target':
      return { kind: 'next_target', dueAtMs: context.nowMs };
    case 'throttle':
      return { kind: 'throttled' };
    case 'rebind':
      return context.resendsSoFar === 0
        ? { kind: 'resend', rebind: true }
        : retryOrMoveOn(rules, context);
  }
}

function decideUnanswered(rules: DeliveryRules, context: SubmitContext): Decision {
  if (rules.onUnknownOutcome === 'park') return { kind: 'unknown', code: 'outcome_unknown' };
  return context.resendsSoFar === 0
    ? { kind: 'resend', rebind: false }
    : retryOrMoveOn(rules, context);
}

function retryOrMoveOn(
  rules: Pick<DeliveryRules, 'retryDelaysMs'>,
  context: SubmitContext,
): Decision {
  const { nowMs, expiresAtMs, retriesSoFar, jitter } = context;
  const delayMs = retryDelayMs(retriesSoFar, jitter, rules.retryDelaysMs ?? retryDelaysMs);
  return delayMs === undefined
    ? { kind: 'next_target', dueAtMs: nowMs }
    : { kind: 'retry', dueAtMs: Math.min(nowMs + delayMs, Math.max(nowMs, expiresAtMs)) };
}
