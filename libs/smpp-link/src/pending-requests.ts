// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { PduOf, ResponseName } from '@sendium/smpp-pdu';
import type { Answer, SendableName } from './answer.ts';

/** A request whose answer has not come. */
export interface PendingRequest {
  readonly response: ResponseName | undefined;
  readonly deadlineMs: number;
  /** Its place among all PDUs written: tells whether it had left when the session ended. */
  readonly ordinal: number;
  readonly settle: (answer: Answer) => void;
}

const lastSequenceNumber = 0x7fff_ffff;

/**
 * The requests in flight in one direction, and their sequence numbers. All have the same time to be
 * answered, so the order of the map is the order of the deadlines: the first entry is the next due.
 */
export class PendingRequests {
  readonly #requests = new Map<number, PendingRequest>();
  #sequenceNumber: number;

  /** `lastUsed` is the sequence number before the first. */
  constructor(lastUsed = 0) {
    this.#sequenceNumber = lastUsed;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** The next free number of 1..0x7FFFFFFF; after a wrap those still in flight are skipped. */
  nextSequenceNumber(): number {
    do {
      this.#sequenceNumber =
        this.#sequenceNumber >= lastSequenceNumber ? 1 : this.#sequenceNumber + 1;
    } while (this.#requests.has(this.#sequenceNumber));
    return this.#sequenceNumber;
  }

  add(sequenceNumber: number, request: PendingRequest): void {
    this.#requests.set(sequenceNumber, request);
  }

  /** Settles the request a response answers; false when there is none (late, doubled, never asked). */
  answer(pdu: PduOf<ResponseName>): boolean {
    const request = this.#requests.get(pdu.sequenceNumber);
    if (request === undefined) return false;
    const isNack = pdu.command === 'generic_nack';
    if (!isNack && pdu.command !== request.response) return false;
    this.#requests.delete(pdu.sequenceNumber);
    const status = pdu.commandStatus;
    request.settle(
      isNack
        ? { kind: 'nacked', status }
        : { kind: 'answered', status, pdu: pdu as PduOf<`${SendableName}_resp`> },
    );
    return true;
  }

  /** When the oldest request is due, monotonic milliseconds; Infinity when none is in flight. */
  get nextDeadlineMs(): number {
    for (const request of this.#requests.values()) return request.deadlineMs;
    return Infinity;
  }

  /** Settles what was due at `nowMs` as timed out. */
  expire(nowMs: number): void {
    for (const [sequenceNumber, request] of this.#requests) {
      if (request.deadlineMs > nowMs) return;
      this.#requests.delete(sequenceNumber);
      request.settle({ kind: 'timeout' });
    }
  }

  /** The session has ended: what may have left is lost, the rest was never sent. */
  settleAll(lastOrdinalWritten: number): void {
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) {
      request.settle({ kind: request.ordinal <= lastOrdinalWritten ? 'lost' : 'unsent' });
    }
  }
}
