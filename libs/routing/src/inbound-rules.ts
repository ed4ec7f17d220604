// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** How an SMS from a mobile reaches an application. */
export type InboundWay = 'webhook' | 'smpp';

/** One rule of the configuration: which SMS from mobiles, and whom they are for. */
export interface InboundRule {
  readonly name: string;
  /** Every condition that is there must hold. */
  readonly match: {
    /** The recipient as digits, or as letters in lower case. */
    readonly to?: string;
    readonly connector?: string;
  };
  readonly account: string;
  /** At least one. */
  readonly ways: readonly InboundWay[];
}

/** What an inbound rule looks at. */
export interface InboundQuery {
  /** As the carrier gave it. */
  readonly to: string;
  readonly connector: string;
}

/** The rules by recipient: finding one costs two look-ups, however many there are. */
export interface InboundTable {
  readonly byRecipient: ReadonlyMap<string, readonly IndexedRule[]>;
}

interface IndexedRule {
  readonly index: number;
  readonly rule: InboundRule;
}

const anyRecipient = '';

/** Compiles rules; their order is their precedence. */
export function compileInboundRules(rules: readonly InboundRule[]): InboundTable {
  const byRecipient = new Map<string, IndexedRule[]>();
  rules.forEach((rule, index) => {
    const key = rule.match.to === undefined ? anyRecipient : recipientKey(rule.match.to);
    byRecipient.set(key, [...(byRecipient.get(key) ?? []), { index, rule }]);
  });
  return { byRecipient };
}

/** The first rule, in the document's order, that fits; undefined when none does. */
export function findInboundRule(table: InboundTable, query: InboundQuery): InboundRule | undefined {
  const own = firstFor(table, recipientKey(query.to), query);
  const any = firstFor(table, anyRecipient, query);
  if (own === undefined || any === undefined) return (own ?? any)?.rule;
  return own.index < any.index ? own.rule : any.rule;
}

function firstFor(
  { byRecipient }: InboundTable,
  key: string,
  { connector }: InboundQuery,
): IndexedRule | undefined {
  return byRecipient
    .get(key)
    ?.find(({ rule }) => rule.match.connector === undefined || rule.match.connector === connector);
}

/** Carriers write one number with a plus, with two zeros, or with neither. */
function recipientKey(to: string): string {
  return to.replace(/^(\+|00)/, '').toLowerCase();
}
