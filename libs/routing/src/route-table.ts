// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** One rule of the configuration: which messages, and which connectors in order of preference. */
export interface RouteRule {
  readonly name: string;
  /** Every condition that is there must hold; none at all makes the default route. */
  readonly match: {
    readonly accounts?: readonly string[];
    /** Digits that an international number begins with. */
    readonly prefixes?: readonly string[];
  };
  readonly sendTo: readonly string[];
}

/** What a rule looks at. */
export interface RouteQuery {
  readonly account: string;
  /** The recipient as digits. */
  readonly to: string;
}

/** The rules, compiled: finding a route costs one look-up per digit, however many rules there are. */
export interface RouteTable {
  readonly rules: readonly RouteRule[];
  /** Rules in order, by the prefix that they want; the empty prefix holds those that want none. */
  readonly byPrefix: ReadonlyMap<string, readonly number[]>;
  readonly longestPrefix: number;
}

/** Compiles rules; their order is their precedence. */
export function compileRoutes(rules: readonly RouteRule[]): RouteTable {
  const byPrefix = new Map<string, number[]>();
  rules.forEach((rule, index) => {
    for (const prefix of rule.match.prefixes ?? ['']) {
      const known = byPrefix.get(prefix);
      if (known === undefined) byPrefix.set(prefix, [index]);
      else known.push(index);
    }
  });
  const longestPrefix = Math.max(0, ...[...byPrefix.keys()].map((prefix) => prefix.length));
  return { rules, byPrefix, longestPrefix };
}

/** The first rule, in the document's order, that fits; undefined when none does. */
export function findRoute(table: RouteTable, query: RouteQuery): RouteRule | undefined {
  let best = table.rules.length;
  const digits = Math.min(table.longestPrefix, query.to.length);
  for (let length = 0; length <= digits; length += 1) {
    for (const index of table.byPrefix.get(query.to.slice(0, length)) ?? []) {
      if (index >= best) break;
      if (fitsAccount(table.rules[index], query.account)) {
        best = index;
        break;
      }
    }
  }
  return table.rules[best];
}

function fitsAccount(rule: RouteRule | undefined, account: string): boolean {
  return rule?.match.accounts?.includes(account) ?? true;
}

/** Why each rule, in order, does or does not fit: what an operator asks when a message went elsewhere. */
export function explainRoute(table: RouteTable, query: RouteQuery): readonly RuleExplanation[] {
  const chosen = findRoute(table, query);
  return table.rules.map((rule) => {
    const reason = misfit(rule, query);
    if (reason !== undefined) return { rule: rule.name, verdict: 'no_match', reason };
    return rule === chosen
      ? { rule: rule.name, verdict: 'chosen', reason: 'the first rule that fits' }
      : { rule: rule.name, verdict: 'shadowed', reason: 'an earlier rule fits as well' };
  });
}

export interface RuleExplanation {
  readonly rule: string;
  readonly verdict: 'chosen' | 'shadowed' | 'no_match';
  readonly reason: string;
}

function misfit(rule: RouteRule, query: RouteQuery): string | undefined {
  if (!fitsAccount(rule, query.account)) return 'the account is not among its accounts';
  const { prefixes } = rule.match;
  if (prefixes !== undefined && !prefixes.some((prefix) => query.to.startsWith(prefix))) {
    return 'the number begins with none of its prefixes';
  }
  return undefined;
}
