// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** What became of a call. */
export type CallOutcome =
  | { readonly kind: 'taken' }
  /** We broke it off: it says nothing about the endpoint. */
  | { readonly kind: 'aborted' }
  | CallFailure;

/** A call that was not taken. */
export interface CallFailure {
  readonly kind: 'failed';
  readonly result: FailureResult;
  /** For people; without the URL. */
  readonly reason: string;
  /** As the endpoint asked by Retry-After. */
  readonly retryAfterMs?: number;
}

export type FailureResult =
  | 'throttled'
  | 'gone'
  | 'client_error'
  | 'server_error'
  | 'redirect'
  | 'timeout'
  | 'unreachable'
  | 'refused'
  | 'unsigned';

const throttling: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Reads the status of an answer (Standard Webhooks 1.0.0): what is no 2xx was not taken. */
export function outcomeOfStatus(status: number, retryAfterMs: number | undefined): CallOutcome {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  return {
    kind: 'failed',
    result: resultOfStatus(status),
    reason: `answered ${status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function resultOfStatus(status: number): FailureResult {
  if (throttling.has(status)) return 'throttled';
  if (status === 410) return 'gone';
  if (status >= 500) return 'server_error';
  return status >= 400 ? 'client_error' : 'redirect';
}
