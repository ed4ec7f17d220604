// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { addRelativeTime, parseSmppTime, type SmppTime } from '@sendium/smpp-pdu';
import { ok, reject, type Result } from './submit-status.ts';

/** The time fields of a submission, and what holds where they are empty. */
export interface TimeFields {
  readonly scheduleDeliveryTime: string;
  readonly validityPeriod: string;
  readonly nowMs: number;
  /** How long the account's messages are tried where they do not say it. */
  readonly validityMs: number;
}

/** When a message goes out, at once where `sendAtMs` is left out, and how long it is tried. */
export interface DeliveryTimes {
  readonly sendAtMs?: number;
  readonly expiresAtMs: number;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** A clock that is a little off is no reason to refuse. */
const toleratedPastMs = 5 * minuteMs;
const maxScheduleMs = 30 * dayMs;
/** Nobody waits longer for an SMS; a longer validity is cut to this (SMPP 3.4, 5.2.16 lets us). */
const maxValidityMs = 7 * dayMs;

/** Reads schedule_delivery_time and validity_period (SMPP 3.4, 5.2.15, 5.2.16 and 7.1.1). */
export function readDeliveryTimes(fields: TimeFields): Result<DeliveryTimes> {
  const { nowMs, validityMs } = fields;
  const schedule = parseSmppTime(fields.scheduleDeliveryTime);
  const wantedMs = momentOf(schedule, nowMs) ?? nowMs;
  if (schedule.kind === 'invalid') return reject('schedule_invalid');
  if (wantedMs < nowMs - toleratedPastMs || wantedMs > nowMs + maxScheduleMs) {
    return reject('schedule_invalid');
  }
  const startMs = Math.max(wantedMs, nowMs);
  const validity = parseSmppTime(fields.validityPeriod);
  if (validity.kind === 'invalid') return reject('validity_invalid');
  const expiresAtMs = momentOf(validity, nowMs) ?? startMs + validityMs;
  if (expiresAtMs <= startMs) return reject('validity_invalid');
  return ok({
    ...(startMs > nowMs ? { sendAtMs: startMs } : {}),
    expiresAtMs: Math.min(expiresAtMs, startMs + maxValidityMs),
  });
}

/** The moment that is meant; undefined where none is. */
function momentOf(time: SmppTime, nowMs: number): number | undefined {
  if (time.kind === 'absolute') return time.epochMs;
  return time.kind === 'relative' ? addRelativeTime(nowMs, time) : undefined;
}
