// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Msg } from '@nats-io/transport-node';
import type { FullPart } from './errors.ts';

/** What JetStream said about a publish. */
export type PubVerdict =
  | { readonly kind: 'stored'; readonly sequence: number; readonly isDuplicate: boolean }
  | { readonly kind: 'full'; readonly full: FullPart; readonly detail: string }
  /** It will refuse the same message always. */
  | { readonly kind: 'wrong'; readonly detail: string; readonly errorCode: number }
  /** Nobody could take it now: no stream, no leader, an I/O error. */
  | { readonly kind: 'again'; readonly detail: string };

interface Answer {
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: {
    readonly code?: number;
    readonly err_code?: number;
    readonly description?: string;
  };
}

// JSInsufficientResourcesErr, JSStorageResourcesExceededErr, JSMemoryResourcesExceededErr,
// JSAccountResourcesExceededErr
const storeIsFull = new Set([10_023, 10_047, 10_028, 10_002]);
const storeFailed = 10_077;

// The server tells the reasons of a failed store apart by words only.
const fullWords: readonly (readonly [string, FullPart])[] = [
  ['maximum messages per subject exceeded', 'subject'],
  ['maximum messages exceeded', 'stream'],
  ['maximum bytes exceeded', 'stream'],
  ['insufficient', 'store'],
];

/** Reads the answer to a publish. */
export function judgePubAck(message: Msg): PubVerdict {
  // Only a status without a body has a code here: 503, nobody listens on the subject.
  const code = message.headers?.code ?? 0;
  if (code !== 0) return { kind: 'again', detail: `status ${code}` };
  let answer: Answer;
  try {
    answer = message.json<Answer>();
  } catch {
    return { kind: 'again', detail: 'unreadable answer' };
  }
  if (answer.error !== undefined) return judgeError(answer.error);
  return { kind: 'stored', sequence: answer.seq ?? 0, isDuplicate: answer.duplicate === true };
}

function judgeError(error: NonNullable<Answer['error']>): PubVerdict {
  const errorCode = error.err_code ?? 0;
  const detail = `${error.description ?? 'refused'} (${errorCode})`;
  if (storeIsFull.has(errorCode)) return { kind: 'full', full: 'store', detail };
  if (errorCode === storeFailed) {
    const found = fullWords.find(([words]) => detail.includes(words));
    return found === undefined
      ? { kind: 'again', detail }
      : { kind: 'full', full: found[1], detail };
  }
  return error.code === 400 ? { kind: 'wrong', detail, errorCode } : { kind: 'again', detail };
}
