// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** Which receipts a carrier sends: none, those a submit_sm asked for, or one for each. */
export type ReceiptPolicy = 'none' | 'asked' | 'all';
/** How an id is written: lowercase hexadecimal or decimal digits. */
export type IdForm = 'hex' | 'decimal';
/** Where a receipt is carried: text and TLVs, or one of them. */
export type ReceiptForm = 'both' | 'text' | 'tlv';
/** Over which bind of its system_id a receipt goes: any in turn, or where its message came in. */
export type ReceiptBind = 'any' | 'same';

/** All that can be set at start (flags) and live (PATCH /settings). Shares are 0..1. */
export interface Settings {
  /** The one system_id that may bind; null = any. */
  readonly systemId: string | null;
  /** Its password; null = any. */
  readonly password: string | null;
  /** Binds above this many are refused with ESME_RBINDFAIL; 0 = no limit. */
  readonly maxBinds: number;
  /** A bound connection on which nothing was read or written for so long is closed; 0 = never. */
  readonly inactivityMs: number;
  /** Accepted submissions in a trailing second before ESME_RTHROTTLED; 0 = no limit. */
  readonly tpsLimit: number;
  /** Delay of submit_sm_resp, plus a uniform random share of the jitter. */
  readonly latencyMs: number;
  readonly latencyJitterMs: number;
  /** Answers overtake each other; else they keep the order of requests on each bind. */
  readonly outOfOrder: boolean;
  readonly throttleShare: number;
  readonly rejectShare: number;
  readonly rejectStatus: number;
  readonly transientShare: number;
  readonly transientStatus: number;
  readonly receipts: ReceiptPolicy;
  readonly receiptDelayMs: number;
  readonly receiptJitterMs: number;
  /** Weights of the final states, for example {"DELIVRD": 9, "UNDELIV": 1}. */
  readonly receiptStats: Readonly<Record<string, number>>;
  readonly receiptDoubledShare: number;
  /** Receipts that are sent before the submit_sm_resp they belong to. */
  readonly receiptEarlyShare: number;
  readonly receiptLostShare: number;
  readonly receiptForm: ReceiptForm;
  readonly receiptBind: ReceiptBind;
  /** A deliver_sm not acknowledged by ESME_ROK is sent again after this long. */
  readonly deliverRetryMs: number;
  /** A deliver_sm without any answer is sent again after this long. */
  readonly deliverTimeoutMs: number;
  /** deliver_sm in flight on one bind. */
  readonly deliverWindow: number;
  readonly responseId: IdForm;
  readonly receiptId: IdForm;
  /** Ids are padded with zeros to this many digits; 0 = not at all. */
  readonly idDigits: number;
  /** Source of a case-insensitive regular expression: what counts as a token in a text. */
  readonly token: string;
  /** How many received messages GET /messages remembers; 0 = none. */
  readonly keepMessages: number;
}

/** The well-behaved carrier. */
export const defaultSettings: Settings = {
  systemId: null,
  password: null,
  maxBinds: 0,
  inactivityMs: 0,
  tpsLimit: 0,
  latencyMs: 0,
  latencyJitterMs: 0,
  outOfOrder: false,
  throttleShare: 0,
  rejectShare: 0,
  rejectStatus: 0x0b,
  transientShare: 0,
  transientStatus: 0x08,
  receipts: 'asked',
  receiptDelayMs: 0,
  receiptJitterMs: 0,
  receiptStats: { DELIVRD: 1 },
  receiptDoubledShare: 0,
  receiptEarlyShare: 0,
  receiptLostShare: 0,
  receiptForm: 'both',
  receiptBind: 'any',
  deliverRetryMs: 1_000,
  deliverTimeoutMs: 30_000,
  deliverWindow: 100,
  responseId: 'hex',
  receiptId: 'hex',
  idDigits: 0,
  token: '#[a-z0-9-]+',
  keepMessages: 10_000,
};

type Check = (value: unknown) => string | undefined;

const wholeUpTo =
  (max: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max
      ? undefined
      : `must be a whole number from 0 to ${max}`;
const milliseconds = wholeUpTo(3_600_000);
const share: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'must be from 0 to 1';
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string) ? undefined : `must be one of ${words.join(', ')}`;
const textOrNull: Check = (value) =>
  value === null || typeof value === 'string' ? undefined : 'must be a string or null';
const weights: Check = (value) => {
  if (typeof value !== 'object' || value === null) return 'must be an object of weights';
  const entries = Object.entries(value);
  const isRight = entries.every(([k, n]) => k in messageStates && typeof n === 'number' && n >= 0);
  return isRight && entries.some(([, n]) => n > 0)
    ? undefined
    : `must give weights to some of ${Object.keys(messageStates).join(', ')}`;
};
const expression: Check = (value) => {
  if (typeof value !== 'string') return 'must be the source of a regular expression';
  try {
    return new RegExp(value, 'gi').test('') ? 'must not match the empty text' : undefined;
  } catch {
    return 'must be the source of a regular expression';
  }
};

/** stat of a receipt's text to its message_state (SMPP 3.4, 5.2.28 and appendix B). */
export const messageStates: Readonly<Record<string, number>> = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  ACCEPTD: 6,
  UNKNOWN: 7,
  REJECTD: 8,
};

const checks: Readonly<Record<keyof Settings, Check>> = {
  systemId: textOrNull,
  password: textOrNull,
  maxBinds: wholeUpTo(100_000),
  inactivityMs: milliseconds,
  tpsLimit: wholeUpTo(1_000_000),
  latencyMs: milliseconds,
  latencyJitterMs: milliseconds,
  outOfOrder: flag,
  throttleShare: share,
  rejectShare: share,
  rejectStatus: wholeUpTo(0xffff_ffff),
  transientShare: share,
  transientStatus: wholeUpTo(0xffff_ffff),
  receipts: oneOf('none', 'asked', 'all'),
  receiptDelayMs: milliseconds,
  receiptJitterMs: milliseconds,
  receiptStats: weights,
  receiptDoubledShare: share,
  receiptEarlyShare: share,
  receiptLostShare: share,
  receiptForm: oneOf('both', 'text', 'tlv'),
  receiptBind: oneOf('any', 'same'),
  deliverRetryMs: milliseconds,
  deliverTimeoutMs: milliseconds,
  deliverWindow: (value) => (value === 0 ? 'must be at least 1' : wholeUpTo(100_000)(value)),
  responseId: oneOf('hex', 'decimal'),
  receiptId: oneOf('hex', 'decimal'),
  idDigits: wholeUpTo(64),
  token: expression,
  keepMessages: wholeUpTo(1_000_000),
};

/** The settings that were meant, or everything that is wrong with them. */
export type ParsedSettings =
  | { readonly kind: 'settings'; readonly patch: Partial<Settings> }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Checks a patch from JSON. Unknown names and wrong values are all reported together. */
export function parseSettings(input: unknown): ParsedSettings {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { kind: 'invalid', problems: ['must be a JSON object'] };
  const problems: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    const check = isSettingName(name) ? checks[name] : () => 'is not a setting';
    const problem = check(value);
    if (problem !== undefined) problems.push(`${name} ${problem}`);
  }
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'settings', patch: input };
}

/** Whether this is the name of a setting. */
export function isSettingName(name: string): name is keyof Settings {
  return Object.hasOwn(checks, name);
}
