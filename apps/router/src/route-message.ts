// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the router does with one item. Invariants:
 *
 * 1. When `routeMessage` resolves, the item has a durable successor: on DISPATCH, on LATER, or an event
 *    that concludes the message. Until then its batch is not acknowledged.
 * 2. The tracker learns of every message from the router: each way out writes an event that carries it.
 * 3. Working on the same item a second time writes the same successors again. They are told apart by
 *    (message id, attempt), so whoever reads them does nothing twice.
 */
import type { Configuration } from '@sendium/configuration';
import type { SubmitItem } from '@sendium/contracts';
import { gatewayGroup } from '@sendium/message';
import { decideRoute, type RouteDecision } from '@sendium/routing';
import { clientPartOf } from '@sendium/text';
import type { Outlets } from './outlets.ts';

/** What routing needs besides the item. */
export interface RoutingContext {
  readonly configuration: Configuration;
  readonly nowMs: number;
  /** Whether the item may have been worked on before: then its first target is asked again, never the next. */
  readonly isRedelivered: boolean;
  /** Told of the target that took the message. */
  readonly onDispatched?: (target: RoutingTarget) => void;
}

/** Where a message went, and by which route. */
export interface RoutingTarget {
  readonly connector: string;
  readonly route: string;
}

/** What became of an item; counted. */
export type RoutingResult = 'dispatched' | 'scheduled' | 'postponed' | 'expired' | 'failed';

/** How long a message waits when every target of its route is full. */
export const fullTargetsDelayMs = 5000;

/** Routes one item; resolves when what follows from it is durable. */
export async function routeMessage(
  item: SubmitItem,
  context: RoutingContext,
  outlets: Outlets,
): Promise<RoutingResult> {
  const { configuration, nowMs } = context;
  const { message, history } = item;
  const decision = decideRoute(configuration.routes, { message, history, nowMs });
  switch (decision.kind) {
    case 'dispatch':
      return dispatch(item, decision, context, outlets);
    case 'wait':
      return schedule(item, decision.dueAtMs, context, outlets);
    case 'conclude':
      return conclude(item, decision, context, outlets);
  }
}

type Dispatch = Extract<RouteDecision, { kind: 'dispatch' }>;
type Conclude = Extract<RouteDecision, { kind: 'conclude' }>;

async function dispatch(
  item: SubmitItem,
  { route, targets }: Dispatch,
  context: RoutingContext,
  outlets: Outlets,
): Promise<RoutingResult> {
  // A batch that comes again may already lie in the first target's queue: going on to the next would double it.
  // Parts that a client cut itself are joined from one carrier's parts only: full is no reason to part them.
  const isBound = context.isRedelivered || clientPartOf(item.message) !== undefined;
  const candidates = isBound ? targets.slice(0, 1) : targets;
  for (const connector of candidates) {
    if (!(await dispatchTo({ connector, route }, item, context, outlets))) continue;
    context.onDispatched?.({ connector, route });
    return 'dispatched';
  }
  await outlets.later(item, context.nowMs + fullTargetsDelayMs);
  return 'postponed';
}

async function dispatchTo(
  { connector, route }: RoutingTarget,
  item: SubmitItem,
  context: RoutingContext,
  outlets: Outlets,
): Promise<boolean> {
  const { configuration, nowMs } = context;
  const { message, attempt, history } = item;
  // Parts that another carrier took are of no use to this one: a message is joined from one carrier's parts.
  const partsDone = history.at(-1)?.connector === connector ? item.partsDone : [];
  const version = configuration.version;
  const [isTaken] = await Promise.all([
    outlets.dispatch(connector, {
      ...{ message, attempt, history, partsDone, route, configurationVersion: version },
    }),
    outlets.tell(configuration.connectors.get(connector)?.group ?? connector, {
      ...{ kind: 'routed', atMs: nowMs, messageId: message.id, message, attempt },
      ...{ route, connector, configurationVersion: version },
    }),
  ]);
  return isTaken;
}

async function schedule(
  item: SubmitItem,
  dueAtMs: number,
  { nowMs }: RoutingContext,
  outlets: Outlets,
): Promise<RoutingResult> {
  const { message } = item;
  await Promise.all([
    outlets.later(item, dueAtMs),
    outlets.tell(gatewayGroup, {
      ...{ kind: 'scheduled', atMs: nowMs, messageId: message.id, message, dueAtMs },
    }),
  ]);
  return 'scheduled';
}

async function conclude(
  { message, attempt }: SubmitItem,
  { conclusion, code }: Conclude,
  { nowMs }: RoutingContext,
  outlets: Outlets,
): Promise<RoutingResult> {
  await outlets.tell(gatewayGroup, {
    ...{ kind: 'concluded', atMs: nowMs, messageId: message.id, message },
    ...{ conclusion, code, attempt },
  });
  return conclusion;
}
