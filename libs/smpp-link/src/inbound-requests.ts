// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { MalformedPdu, PduInput, PduOf, RequestName } from '@sendium/smpp-pdu';
import { answerToMalformed, commandStatus, responseNameOf } from '@sendium/smpp-pdu';
import type { LinkClock } from './link-clock.ts';
import { MalformedBudget } from './malformed-budget.ts';
import type { SessionRole } from './permitted-requests.ts';
import type { HandledRequest, RequestAnswer, SessionEvent } from './session-options.ts';

/** What the handling of requests needs of its session. */
export interface InboundOptions {
  readonly role: SessionRole;
  readonly clock: LinkClock;
  readonly maxMalformedPerMinute: number;
  readonly onRequest: (pdu: HandledRequest) => Promise<RequestAnswer>;
  readonly onEvent: (event: SessionEvent) => void;
  /** Puts a PDU in line; a string says why it cannot be written. */
  readonly write: (pdu: PduInput, sequenceNumber: number) => number | string;
  /** A request was answered. */
  readonly onAnswered: () => void;
}

/** The requests of the peer that are in work: each is answered when its handler is done. */
export class InboundRequests {
  readonly #options: InboundOptions;
  readonly #malformed: MalformedBudget;
  #size = 0;

  constructor(options: InboundOptions) {
    this.#options = options;
    this.#malformed = new MalformedBudget(options.maxMalformedPerMinute);
  }

  /** How many are in work. */
  get size(): number {
    return this.#size;
  }

  /** Hands a request to the handler; the response goes out when that is done. */
  async take(pdu: HandledRequest): Promise<void> {
    this.#size += 1;
    const answer = await this.attempt(() => this.#options.onRequest(pdu));
    this.#size -= 1;
    this.#respond(pdu, answer ?? this.temporaryErrorFor(pdu.command));
    this.#options.onAnswered();
  }

  /** Answers a request that is not worked on: ESME_RINVCMDID by generic_nack, else by its response. */
  refuse(pdu: PduOf<RequestName>, status: number): void {
    const { command, sequenceNumber } = pdu;
    this.#options.onEvent({ kind: 'refused-request', command, status });
    if (status !== commandStatus.ESME_RINVCMDID) this.#writeStatus(pdu, status);
    else this.#options.write({ command: 'generic_nack', commandStatus: status }, sequenceNumber);
  }

  /** Answers what is no PDU; false when the peer has sent too much of that. */
  refuseMalformed(malformed: MalformedPdu): boolean {
    const { commandStatus: status, reason, sequenceNumber } = malformed;
    this.#options.onEvent({ kind: 'malformed', status, reason });
    const answer = answerToMalformed(malformed);
    if (answer !== undefined) this.#options.write(answer, sequenceNumber);
    return this.#malformed.spend(this.#options.clock.monotonicMs());
  }

  /** "Try again": what the peer is told when we cannot say more. */
  temporaryErrorFor(command: RequestName): number {
    return this.#options.role === 'client' || command === 'deliver_sm'
      ? commandStatus.ESME_RX_T_APPN
      : commandStatus.ESME_RSYSERR;
  }

  /** What a handler gives, or undefined when it throws. */
  async attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.#options.onEvent({ kind: 'handler-failed', error });
      return undefined;
    }
  }

  #respond(pdu: HandledRequest, answer: RequestAnswer): void {
    if (typeof answer === 'number') {
      this.#writeStatus(pdu, answer);
      return;
    }
    const written = this.#options.write(answer, pdu.sequenceNumber);
    if (typeof written === 'number') return;
    this.#options.onEvent({ kind: 'handler-failed', error: new Error(written) });
    this.#writeStatus(pdu, this.temporaryErrorFor(pdu.command));
  }

  #writeStatus(pdu: PduOf<RequestName>, status: number): void {
    const command = responseNameOf(pdu.command);
    if (command === undefined) return;
    this.#options.write({ command, commandStatus: status }, pdu.sequenceNumber);
  }
}
