// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { rejections, type RejectionCode } from '@sendium/message';
import type { FieldError } from './field-error.ts';

/** Why a request, or one message of a batch, was refused, before it is put into words. */
export interface Refusal {
  readonly code: RejectionCode;
  /** What is wrong in this case; the title of the code when left out. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Instead of the status that the table has for the code. */
  readonly status?: number;
  /** Seconds after which it may be worth trying again. */
  readonly retryAfterS?: number;
}

/** A problem as RFC 9457 has it, with the members that clients switch on. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: RejectionCode;
  readonly request_id?: string;
  readonly errors?: readonly FieldError[];
}

/** Where a code is explained, relative to this server. */
export const problemPath = '/problems/';

/** Puts a refusal into words; `where` is left out for a part of a larger answer. */
export function toProblem(
  refusal: Refusal,
  where?: { readonly instance: string; readonly requestId: string },
): Problem {
  const { code, errors } = refusal;
  const { title, httpStatus } = rejections[code];
  return {
    type: problemPath + code,
    title,
    status: refusal.status ?? httpStatus,
    detail: refusal.detail ?? title,
    ...(where === undefined ? {} : { instance: where.instance }),
    code,
    ...(where === undefined ? {} : { request_id: where.requestId }),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** Who sends more nonsense than this is not helped by reading all of it. */
const maxErrors = 100;

/** The refusal of a message with these things wrong: one of them names the whole if it is alone. */
export function invalidMessage(errors: readonly FieldError[]): Refusal {
  const [first] = errors;
  const code = errors.length === 1 && first !== undefined ? first.code : 'invalid_request';
  return { code, status: 422, errors: errors.slice(0, maxErrors) };
}
