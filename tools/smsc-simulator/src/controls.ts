// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Carrier } from './carrier.ts';
import type { Handler, Reply, Routes } from './http-control.ts';
import { parseInbound, toInboundItems } from './inbound.ts';
import { toReceivedMessage } from './received.ts';
import { parseSettings } from './settings.ts';

const ok = (body: unknown): Reply => ({ status: 200, body });
const wrong = (...problems: readonly string[]): Reply => ({ status: 422, body: { problems } });

function whole(query: URLSearchParams, name: string, fallback: number): number {
  const value = Number(query.get(name) ?? fallback);
  return Number.isSafeInteger(value) && value >= 0 ? value : fallback;
}

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? (body as Record<string, unknown>)[name]
    : undefined;
}

/** Runs an action on `count` binds, on all without one. */
const onBinds =
  (action: (count: number) => number): Handler =>
  (_query, body) => {
    const count = field(body, 'count') ?? Infinity;
    if (typeof count !== 'number' || !(count >= 0)) return wrong('count must be a number');
    return ok({ binds: action(count) });
  };

function byToken(carrier: Carrier, query: URLSearchParams): Reply {
  let pattern: RegExp;
  try {
    pattern = new RegExp(query.get('pattern') ?? '', 'i');
  } catch {
    return wrong('pattern must be a regular expression');
  }
  const after = whole(query, 'after', 0);
  const limit = whole(query, 'limit', 100_000);
  const counts: Record<string, number> = {};
  const parts: Record<string, object> = {};
  let position = 0;
  let taken = 0;
  for (const { token, count, ...long } of carrier.tokens.counts()) {
    position += 1;
    if (position <= after || !pattern.test(token)) continue;
    if (taken === limit)
      return ok({ counts, parts, next: position - 1, overlooked: carrier.tokens.overlooked });
    taken += 1;
    counts[token] = count;
    if (long.parts !== undefined) parts[token] = long;
  }
  return ok({ counts, parts, next: null, overlooked: carrier.tokens.overlooked });
}

function messages(carrier: Carrier, query: URLSearchParams): Reply {
  const found = carrier.messages.list(whole(query, 'after', 0), whole(query, 'limit', 100));
  return ok({
    data: found.map(({ number, value }) => toReceivedMessage(number, value)),
    last: carrier.messages.last,
  });
}

function inject(carrier: Carrier, body: unknown): Reply {
  const inbound = parseInbound(body);
  if (typeof inbound === 'string') return wrong(inbound);
  let parts = 0;
  const isOwed = carrier.owe((systemId) => {
    const items = toInboundItems(inbound, systemId);
    parts = items.length;
    return items;
  }, inbound.systemId);
  return isOwed
    ? { status: 202, body: { parts } }
    : { status: 409, body: { error: 'nobody is bound: give systemId' } };
}

/** Everything that can be asked of, and done to, a running simulator. */
export function toControls(carrier: Carrier): Routes {
  return {
    'GET /livez': () => ok({ status: 'live' }),
    'GET /readyz': () => ok({ status: 'ready' }),
    'GET /settings': () => ok(carrier.settings),
    'PATCH /settings': (_query, body) => {
      const parsed = parseSettings(body);
      if (parsed.kind === 'invalid') return wrong(...parsed.problems);
      carrier.change(parsed.patch);
      return ok(carrier.settings);
    },
    'GET /stats': () => ok(carrier.stats()),
    'GET /messages': (query) => messages(carrier, query),
    'GET /submissions/by-token': (query) => byToken(carrier, query),
    'POST /disconnect': onBinds((count) => carrier.disconnect(count)),
    'POST /drop-silent': onBinds((count) => carrier.dropSilent(count)),
    'POST /stop-answering': (_query, body) => {
      const what = field(body, 'what') ?? 'submits';
      if (what !== 'submits' && what !== 'all') return wrong('what must be submits or all');
      carrier.stopAnswering(what);
      return ok({ silent: what });
    },
    'POST /resume': () => {
      carrier.resume();
      return ok({ silent: 'nothing' });
    },
    'POST /inject': (_query, body) => inject(carrier, body),
    'POST /reset': () => {
      carrier.reset();
      return ok(carrier.settings);
    },
  };
}
