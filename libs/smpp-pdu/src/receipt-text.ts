// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The fields of a receipt's text as they stand there; absent ones are undefined. */
export interface ReceiptText {
  readonly id?: string;
  readonly sub?: string;
  readonly dlvrd?: string;
  readonly submitDate?: string;
  readonly doneDate?: string;
  readonly stat?: string;
  readonly err?: string;
}

/** message_state by its name in the specification (SMPP 3.4, 5.2.28; 5.0 adds SCHEDULED and SKIPPED). */
export type MessageStateName =
  | 'SCHEDULED'
  | 'ENROUTE'
  | 'DELIVERED'
  | 'EXPIRED'
  | 'DELETED'
  | 'UNDELIVERABLE'
  | 'ACCEPTED'
  | 'UNKNOWN'
  | 'REJECTED'
  | 'SKIPPED';

/** message_state names in the order of their numbers, from 0. */
const stateNames: readonly MessageStateName[] = [
  'SCHEDULED',
  'ENROUTE',
  'DELIVERED',
  'EXPIRED',
  'DELETED',
  'UNDELIVERABLE',
  'ACCEPTED',
  'UNKNOWN',
  'REJECTED',
  'SKIPPED',
];

// Carriers cut the words differently, and some write them in full: the first letters tell them apart.
const beginnings: readonly (readonly [string, MessageStateName])[] = [
  ['DELIV', 'DELIVERED'],
  ['DELET', 'DELETED'],
  ['UNDEL', 'UNDELIVERABLE'],
  ['FAIL', 'UNDELIVERABLE'],
  ['EXPIR', 'EXPIRED'],
  ['ACC', 'ACCEPTED'],
  ['REJ', 'REJECTED'],
  ['UNK', 'UNKNOWN'],
  ['ENROU', 'ENROUTE'],
  ['BUFF', 'ENROUTE'],
  ['SCHED', 'SCHEDULED'],
  ['SKIP', 'SKIPPED'],
];

const key = /(?:^|[\s,;|])(id|sub|dlvrd|submit[ _-]?date|done[ _-]?date|stat|err|text)\s*:/gi;
/** A receipt's fields stand at its beginning; no more than this is looked at. */
const maxLength = 1_024;

/**
 * Reads the text of a receipt (SMPP 3.4, appendix B, which calls it vendor specific): fields in any
 * order and case, any of them missing, values with or without a space before them. The copy of the
 * message behind `text:` is not looked at. Text that is no receipt has no fields.
 */
export function parseReceiptText(text: string): ReceiptText {
  const head = text.slice(0, maxLength);
  const matches = [...head.matchAll(key)];
  const fields: Partial<Record<keyof ReceiptText, string>> = {};
  for (const [index, match] of matches.entries()) {
    const name = fieldNames.get((match[1] ?? '').toLowerCase().replace(/[ _-]/g, ''));
    if (name === undefined) {
      if (fields.id !== undefined && fields.stat !== undefined) break;
      continue;
    }
    const value = head.slice(match.index + match[0].length, matches[index + 1]?.index).trim();
    // The first of each counts: what comes later may be the message's own text.
    fields[name] ??= name.endsWith('Date') ? dateOf(value) : firstWord(value);
  }
  return withoutEmpty(fields);
}

const fieldNames = new Map<string, keyof ReceiptText>([
  ['id', 'id'],
  ['sub', 'sub'],
  ['dlvrd', 'dlvrd'],
  ['submitdate', 'submitDate'],
  ['donedate', 'doneDate'],
  ['stat', 'stat'],
  ['err', 'err'],
]);

function dateOf(value: string): string {
  return (/^[-\d\s:/.T]+/.exec(value)?.[0] ?? '').trim();
}

function firstWord(value: string): string {
  return (/^\S+/.exec(value)?.[0] ?? '').replace(/[,;|]+$/, '');
}

function withoutEmpty(fields: Partial<Record<keyof ReceiptText, string>>): ReceiptText {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

/** The state a `stat` word means, or undefined. */
export function stateOfStat(stat: string): MessageStateName | undefined {
  const word = stat.toUpperCase();
  return beginnings.find(([beginning]) => word.startsWith(beginning))?.[1];
}

/** The name of a message_state, or undefined for a number no version of SMPP knows. */
export function messageStateName(messageState: number): MessageStateName | undefined {
  return stateNames[messageState];
}
