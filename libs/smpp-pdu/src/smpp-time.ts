// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** A span as SMPP writes it; months and years have no fixed length, so it is not a number of seconds. */
export interface RelativeTime {
  readonly kind: 'relative';
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** What a time field holds (SMPP 3.4, 7.1.1). */
export type SmppTime =
  /** Empty: the receiver's default. */
  | { readonly kind: 'none' }
  | { readonly kind: 'absolute'; readonly epochMs: number }
  | RelativeTime
  | { readonly kind: 'invalid' };

const full = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d)(\d{2})([-+R])$/;
const local = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?$/;
const quarterHourMs = 900_000;
const minuteMs = 60_000;
const invalid: SmppTime = { kind: 'invalid' };

/** Reads `YYMMDDhhmmsstnnp`; years are those of this century. */
export function parseSmppTime(text: string): SmppTime {
  if (text === '') return { kind: 'none' };
  const match = full.exec(text);
  if (match === null) return invalid;
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1, 7)
    .map(Number);
  if (match[9] === 'R') return { kind: 'relative', years, months, days, hours, minutes, seconds };
  const localMs = utcMs([2000 + years, months, days, hours, minutes, seconds]);
  const offsetMs = offsetOf(match);
  if (localMs === undefined || offsetMs === undefined) return invalid;
  return { kind: 'absolute', epochMs: localMs + Number(match[7]) * 100 - offsetMs };
}

function offsetOf(match: RegExpExecArray): number | undefined {
  const quarters = Number(match[8]);
  if (quarters > 48) return undefined;
  return quarters * quarterHourMs * (match[9] === '+' ? 1 : -1);
}

/**
 * Reads a time without a zone as receipts and query_sm_resp have it: `YYMMDDhhmm`, with seconds or
 * with a four-digit year too; anything between the digits is passed over. `offsetMinutes` is the
 * writer's distance from UTC. Gives milliseconds since 1970, or undefined when it is no time.
 */
export function parseLocalTime(text: string, offsetMinutes = 0): number | undefined {
  const match = local.exec(text.replace(/\D/g, ''));
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const ms = utcMs([year < 100 ? 2000 + year : year, month, day, hour, minute, second]);
  return ms === undefined ? undefined : ms - offsetMinutes * minuteMs;
}

/** The moment a span after `epochMs`, by the calendar in UTC; a day the month lacks is its last. */
export function addRelativeTime(epochMs: number, span: RelativeTime): number {
  const start = new Date(epochMs);
  const month = start.getUTCMonth() + span.years * 12 + span.months;
  const firstOfMonth = new Date(start);
  firstOfMonth.setUTCDate(1);
  firstOfMonth.setUTCMonth(month);
  const lastDay = new Date(
    Date.UTC(firstOfMonth.getUTCFullYear(), firstOfMonth.getUTCMonth() + 1, 0),
  );
  firstOfMonth.setUTCDate(Math.min(start.getUTCDate(), lastDay.getUTCDate()));
  const { days, hours, minutes, seconds } = span;
  return firstOfMonth.getTime() + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

/** Writes a moment in UTC, `YYMMDDhhmmsst00+`. */
export function formatAbsoluteTime(epochMs: number): string {
  const digits = new Date(epochMs).toISOString().replace(/\D/g, '');
  return `${digits.slice(2, 15)}00+`;
}

/** Writes a span of less than 31 days in whole seconds, `0000DDhhmmss000R`; undefined for a longer one. */
export function formatRelativeTime(durationMs: number): string | undefined {
  const seconds = Math.round(durationMs / 1_000);
  if (seconds < 0 || seconds >= 31 * 86_400) return undefined;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const time = two((seconds % 86_400) / 3_600) + two((seconds % 3_600) / 60) + two(seconds % 60);
  return `0000${two(seconds / 86_400)}${time}000R`;
}

type Parts = readonly [number, number, number, number, number, number];

function utcMs([year, month, day, hour, minute, second]: Parts): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isReal ? date.getTime() : undefined;
}
