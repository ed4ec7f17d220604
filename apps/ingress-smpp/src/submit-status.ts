// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { rejections, type RejectionCode } from '@sendium/message';

/** The command_status of a rejection, as the one table of rejections has it. */
export function statusOf(code: RejectionCode): number {
  return rejections[code].smppStatus;
}

/** A value, or the rejection that stands in its place. */
export type Result<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'rejected'; readonly code: RejectionCode };

/** A good result. */
export function ok<T>(value: T): Result<T> {
  return { kind: 'ok', value };
}

/** A rejection. */
export function reject(code: RejectionCode): Result<never> {
  return { kind: 'rejected', code };
}
