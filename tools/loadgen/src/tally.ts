// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from './ledger.ts';
import type { Outcome } from './http-connection.ts';
import { toToken } from './request-template.ts';

/** The messages of one request. */
export interface Sent {
  /** Number of the first. */
  readonly first: number;
  readonly count: number;
}

/** What became of the messages of a run so far. */
export interface Counts {
  accepted: number;
  /** Answered 429 or 503, or refused within a batch; by SMPP, ESME_RTHROTTLED or ESME_RMSGQFUL. */
  refused: number;
  /** Answered otherwise. */
  failed: number;
  inDoubt: number;
  requests: number;
  /** HTTP status, or name of the SMPP status, to requests. */
  readonly statuses: Record<string, number>;
}

interface BatchResult {
  readonly index: number;
  readonly id?: string;
}

const idKey = Buffer.from('"id":"');
const idLength = 32;

function readId(body: Buffer): string {
  const at = body.indexOf(idKey);
  return at < 0 ? '' : body.toString('latin1', at + idKey.length, at + idKey.length + idLength);
}

/** Counts answers, and writes each message's fate into the ledger when there is one. */
export class Tally {
  readonly counts: Counts = {
    accepted: 0,
    refused: 0,
    failed: 0,
    inDoubt: 0,
    requests: 0,
    statuses: {},
  };
  readonly #ledger: Ledger | undefined;
  readonly #tokenPrefix: string;
  readonly #isBatch: boolean;

  constructor(ledger: Ledger | undefined, tokenPrefix: string, isBatch: boolean) {
    this.#ledger = ledger;
    this.#tokenPrefix = tokenPrefix;
    this.#isBatch = isBatch;
  }

  /** Takes the end of one request; true when it was accepted, at least in part. */
  take(sent: Sent, outcome: Outcome): boolean {
    this.counts.requests += 1;
    if (outcome.kind === 'lost') {
      this.counts.inDoubt += sent.count;
      this.#note(sent, (token) => this.#ledger?.inDoubt(token));
      return false;
    }
    const { status, body } = outcome.response;
    this.counts.statuses[status] = (this.counts.statuses[status] ?? 0) + 1;
    if (status !== 202) return this.#refuse(sent, status);
    if (this.#isBatch) this.#takeBatch(sent, body);
    else this.#accept(sent.first, body);
    return true;
  }

  #accept(index: number, body: Buffer): void {
    this.counts.accepted += 1;
    this.#ledger?.accepted(toToken(this.#tokenPrefix, index), readId(body));
  }

  #refuse(sent: Sent, status: number): false {
    if (status === 429 || status === 503) this.counts.refused += sent.count;
    else this.counts.failed += sent.count;
    this.#note(sent, (token) => this.#ledger?.refused(token, status));
    return false;
  }

  #takeBatch(sent: Sent, body: Buffer): void {
    const { results } = JSON.parse(body.toString('utf8')) as { results: readonly BatchResult[] };
    for (const { index, id } of results) {
      const token = toToken(this.#tokenPrefix, sent.first + index);
      if (id === undefined) {
        this.counts.refused += 1;
        this.#ledger?.refused(token, 202);
      } else {
        this.counts.accepted += 1;
        this.#ledger?.accepted(token, id);
      }
    }
  }

  #note(sent: Sent, write: (token: string) => void): void {
    if (this.#ledger === undefined) return;
    for (let n = 0; n < sent.count; n += 1) write(toToken(this.#tokenPrefix, sent.first + n));
  }
}
