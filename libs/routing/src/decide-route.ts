// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message, RejectionCode } from '@sendium/message';
import { findRoute, type RouteTable } from './route-table.ts';

/** What became of an earlier attempt, as far as routing cares. */
export interface PastAttempt {
  readonly connector: string;
  readonly verdict: 'retry' | 'next_target' | 'returned';
}

/** What routing decides on: a message, its past, and the time. */
export interface RouteRequest {
  readonly message: Pick<Message, 'account' | 'to' | 'sendAtMs' | 'expiresAtMs'>;
  readonly history: readonly PastAttempt[];
  readonly nowMs: number;
}

export type RouteDecision =
  /** Targets in the order to try them; at least one. */
  | { readonly kind: 'dispatch'; readonly route: string; readonly targets: readonly string[] }
  | { readonly kind: 'wait'; readonly dueAtMs: number }
  | {
      readonly kind: 'conclude';
      readonly conclusion: 'failed' | 'expired';
      readonly code: RejectionCode;
    };

/**
 * Decides where a message goes next. A pure function of the message, its history, the table and the time,
 * so that a batch which comes a second time is decided as it was the first time.
 *
 * A connector that answered "again later" keeps the message; one that answered "not here" is not asked
 * again; the others follow in the order of the route.
 */
export function decideRoute(table: RouteTable, request: RouteRequest): RouteDecision {
  const { message, history, nowMs } = request;
  if (message.expiresAtMs <= nowMs) {
    return { kind: 'conclude', conclusion: 'expired', code: 'message_expired' };
  }
  if (message.sendAtMs !== undefined && message.sendAtMs > nowMs) {
    return { kind: 'wait', dueAtMs: message.sendAtMs };
  }
  const rule = findRoute(table, { account: message.account, to: message.to.value });
  if (rule === undefined) return { kind: 'conclude', conclusion: 'failed', code: 'no_route' };
  const targets = targetsLeft(rule.sendTo, history);
  return targets.length === 0
    ? { kind: 'conclude', conclusion: 'failed', code: 'no_target_left' }
    : { kind: 'dispatch', route: rule.name, targets };
}

function targetsLeft(
  sendTo: readonly string[],
  history: readonly PastAttempt[],
): readonly string[] {
  const declined = new Set<string>();
  for (const { connector, verdict } of history)
    if (verdict === 'next_target') declined.add(connector);
  const left = sendTo.filter((connector) => !declined.has(connector));
  const last = history.at(-1);
  if (last?.verdict !== 'retry' || !left.includes(last.connector)) return left;
  return [last.connector, ...left.filter((connector) => connector !== last.connector)];
}
