// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * A customer with an SMPP stack of another make, which has no idea that anything is being killed: it
 * submits steadily, binds again whenever a session ends, and keeps book. What was answered ROK must end in
 * a receipt, by the id of the answer; what was never answered is nobody's promise. SMS from mobiles are counted
 * by their text.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { connectPeer, textOf, type PeerPdu, type PeerSession } from '../smpp-peer.ts';
import { untilOrTimeout } from './until-or-timeout.ts';

export interface CustomerOptions {
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
  /** Sessions at the same time. */
  readonly binds: number;
  readonly messagesPerSecond: number;
}

/** What the customer's book says. */
export interface CustomerReport {
  /** Answered ROK. */
  readonly accepted: number;
  /** Of these, those whose receipt came. */
  readonly receipted: number;
  /** Receipts beyond the first of a message. */
  readonly doubled: number;
  /** Submitted and never answered. */
  readonly inDoubt: number;
  readonly refused: number;
  readonly binds: number;
}

/** In esm_class of a part of a long message; the package takes the header off the text. */
const udhi = 0x40;
/** Unanswered submissions per session; beyond it the customer waits. */
const windowSize = 20;
const againMs = 200;
const bindMs = 5000;

/** Runs until it is disposed of; `stopSubmitting` first, then the last receipts come. */
export class SmppCustomer implements Disposable {
  readonly #options: CustomerOptions;
  readonly #ended = new AbortController();
  readonly #bound = new Map<PeerSession, number>();
  readonly #accepted = new Set<string>();
  readonly #receipts = new Map<string, number>();
  /** How often each text of a deliver_sm came, of SMS from mobiles. */
  readonly texts = new Map<string, number>();
  #ticker: NodeJS.Timeout | undefined;
  #submitted = 0;
  #answered = 0;
  #refused = 0;
  #binds = 0;

  constructor(options: CustomerOptions) {
    this.#options = options;
    for (let bind = 0; bind < options.binds; bind++) void this.#stayBound();
    this.#ticker = setInterval(() => this.#submit(), 1000 / options.messagesPerSecond);
  }

  get report(): CustomerReport {
    const counts = [...this.#accepted].map((id) => this.#receipts.get(id) ?? 0);
    return {
      accepted: this.#accepted.size,
      receipted: counts.filter((count) => count > 0).length,
      doubled: counts.reduce((sum, count) => sum + Math.max(0, count - 1), 0),
      inDoubt: this.#submitted - this.#answered,
      refused: this.#refused,
      binds: this.#binds,
    };
  }

  stopSubmitting(): void {
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  /** Waits until every ROK has its receipt, or the time is over. */
  async untilReceipted(waitMs: number): Promise<CustomerReport> {
    await untilOrTimeout(() => this.report.receipted >= this.report.accepted, waitMs);
    return this.report;
  }

  [Symbol.dispose](): void {
    this.stopSubmitting();
    this.#ended.abort();
    for (const session of this.#bound.keys()) session.destroy();
  }

  async #stayBound(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await this.#session();
      await pause(againMs);
    }
  }

  /** One session from its connection to its end, which is never an error here. */
  async #session(): Promise<void> {
    const { port, systemId, password } = this.#options;
    const session = connectPeer(port);
    const ended = Promise.withResolvers<undefined>();
    session.on('error', () => ended.resolve(undefined));
    session.on('close', () => ended.resolve(undefined));
    session.on('deliver_sm', (pdu) => this.#onDelivery(session, pdu));
    const tooLong = setTimeout(() => ended.resolve(undefined), bindMs);
    session.bind_transceiver({ system_id: systemId, password }, ({ command_status: status }) => {
      clearTimeout(tooLong);
      if (status === 0) this.#onBound(session);
      else ended.resolve(undefined);
    });
    await ended.promise;
    clearTimeout(tooLong);
    this.#bound.delete(session);
    session.destroy();
  }

  #onBound(session: PeerSession): void {
    this.#binds++;
    this.#bound.set(session, 0);
  }

  #submit(): void {
    const [session, inFlight] = [...this.#bound].sort(([, a], [, b]) => a - b)[0] ?? [];
    if (session === undefined || inFlight === undefined || inFlight >= windowSize) return;
    this.#bound.set(session, inFlight + 1);
    const number = ++this.#submitted;
    const fields = {
      ...{ source_addr_ton: 5, source_addr: 'ACME', dest_addr_ton: 1, dest_addr_npi: 1 },
      destination_addr: `4477009${String(number % 100_000).padStart(5, '0')}`,
      registered_delivery: 1,
      short_message: `smpp ${number}`,
    };
    session.submit_sm(fields, (pdu) => this.#onAnswer(session, pdu));
  }

  #onAnswer(session: PeerSession, { command_status: status, message_id: id }: PeerPdu): void {
    this.#answered++;
    const inFlight = this.#bound.get(session);
    if (inFlight !== undefined) this.#bound.set(session, inFlight - 1);
    if (status === 0 && id !== undefined) this.#accepted.add(id);
    else this.#refused++;
  }

  #onDelivery(session: PeerSession, pdu: PeerPdu): void {
    const id = pdu.receipted_message_id;
    const text = textOf(pdu);
    if (pdu.esm_class === 0x04 && id !== undefined) countIn(this.#receipts, id);
    else if ((pdu.esm_class & ~udhi) === 0 && text !== undefined) countIn(this.texts, text);
    session.send(pdu.response());
  }
}

function countIn(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
