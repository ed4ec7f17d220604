// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What failed for now: the same work may succeed when it is tried again. A consumer keeps the item and
 * tries it again in place.
 */
export class TransientError extends Error {
  override readonly name: string = 'TransientError';
}

/** What can never succeed: a consumer puts the item into DEAD and goes on with its neighbours. */
export class TerminalError extends Error {
  override readonly name: string = 'TerminalError';
}

/** The publisher holds as much as it may; nothing of what was offered was taken. */
export class OverloadedError extends TransientError {
  override readonly name = 'OverloadedError';
  readonly pendingItems: number;
  readonly pendingBytes: number;

  constructor(pendingItems: number, pendingBytes: number) {
    super(
      `The publisher is full: ${pendingItems} items, ${pendingBytes} octets are not yet durable.`,
    );
    this.pendingItems = pendingItems;
    this.pendingBytes = pendingBytes;
  }
}

/** What has no room: this subject only, its whole stream, or the server's store. */
export type FullPart = 'subject' | 'stream' | 'store';

/** JetStream refused the item because something is full. */
export class QueueFullError extends TransientError {
  override readonly name = 'QueueFullError';
  readonly subject: string;
  readonly full: FullPart;
  /**
   * True when an earlier try of the same batch went unanswered (its connection broke): it may have been
   * stored, and taken by a consumer, before this refusal.
   */
  readonly mayBeStored: boolean;

  constructor(facts: { subject: string; full: FullPart; mayBeStored: boolean; detail: string }) {
    super(`${facts.subject} is full (${facts.full}): ${facts.detail}`);
    this.subject = facts.subject;
    this.full = facts.full;
    this.mayBeStored = facts.mayBeStored;
  }
}

/** No answer from JetStream within the publisher's bound, or the bus was closed. */
export class UnavailableError extends TransientError {
  override readonly name = 'UnavailableError';
  readonly subject: string;
  /** True when the item has left at least once: it may be stored although nobody said so. */
  readonly mayBeStored: boolean;

  constructor(subject: string, mayBeStored: boolean) {
    super(`JetStream did not confirm ${subject} in time.`);
    this.subject = subject;
    this.mayBeStored = mayBeStored;
  }
}

/** JetStream's API answered with an error. */
export class JetStreamApiError extends Error {
  override readonly name = 'JetStreamApiError';
  /** Like an HTTP status: 404 not found, 400 bad request, 503 no room. */
  readonly code: number;
  /** JetStream's own number, e.g. 10059 stream not found, 10071 wrong last sequence. */
  readonly errorCode: number;

  constructor(call: string, answer: { code: number; err_code?: number; description?: string }) {
    super(`${call}: ${answer.description ?? 'refused'} (${answer.code}/${answer.err_code ?? 0})`);
    this.code = answer.code;
    this.errorCode = answer.err_code ?? 0;
  }
}
