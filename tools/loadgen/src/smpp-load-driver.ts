// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps the windows of all binds full.
 * S1. Closed loop: each place of a window holds one submit_sm, and the next as soon as it is answered.
 *     A place whose message was refused for now rests first, as a well-behaved client does: else the
 *     refusals would be most of the load.
 * S2. A bind that is lost is bound again until the end. What was in flight on it is in doubt; what was
 *     never written is sent later. A gateway that refuses a bind ends the run: it will not change its mind.
 * S3. After the end nothing new is sent; the run ends when each message has been answered or given up.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, OutgoingRequest, SmppSession } from '@sendium/smpp-link';
import { connectSession } from '@sendium/smpp-link';
import { commandStatus, commandStatusName } from '@sendium/smpp-pdu';
import type { LatencyRecorder } from './latency.ts';
import type { RunFacts } from './load-driver.ts';
import type { SmppLoadOptions } from './smpp-load-options.ts';
import type { Counts } from './tally.ts';

const defaultText = 'Hello from the benchmark message number one';
/** The thousand numbers that Ofcom keeps for fiction: none is anybody's phone. */
const numberPrefix = '447700900';
const numbers = 1_000;
const restMs = 100;
const rebindMs = 200;
const { ESME_ROK, ESME_RTHROTTLED, ESME_RMSGQFUL } = commandStatus;

/** The gateway does not let us bind; its status by name, never the password. */
export class BindRefusedError extends Error {
  override readonly name = 'BindRefusedError';
  readonly status: string;

  constructor(status: number) {
    super(`the bind was refused: ${commandStatusName(status)}`);
    this.status = commandStatusName(status);
  }
}

function toMessages(options: SmppLoadOptions): readonly OutgoingRequest<'submit_sm'>[] {
  const { from = '12345', text = defaultText, registeredDelivery = 0 } = options;
  const shortMessage = Buffer.from(text, 'latin1');
  return Array.from({ length: numbers }, (_none, index) => ({
    command: 'submit_sm',
    sourceAddr: from,
    destAddrTon: 1,
    destAddrNpi: 1,
    destinationAddr: numberPrefix + String(index).padStart(3, '0'),
    registeredDelivery,
    shortMessage,
  }));
}

/** One run; its counts grow while it goes on. */
export class SmppLoadDriver {
  readonly counts: Counts = {
    accepted: 0,
    refused: 0,
    failed: 0,
    inDoubt: 0,
    requests: 0,
    statuses: {},
  };
  readonly #options: SmppLoadOptions;
  readonly #latency: LatencyRecorder;
  readonly #messages: readonly OutgoingRequest<'submit_sm'>[];
  #endMs = Infinity;
  #issued = 0;
  #connectFailures = 0;
  #lastAnswerMs = 0;

  constructor(options: SmppLoadOptions, latency: LatencyRecorder) {
    this.#options = options;
    this.#latency = latency;
    this.#messages = toMessages(options);
  }

  /** Runs to the end; call it once. Rejects with `BindRefusedError`. */
  async run(): Promise<RunFacts> {
    const { binds = 4, seconds = 10 } = this.#options;
    const startMs = performance.now();
    this.#endMs = startMs + seconds * 1_000;
    const ends = await Promise.allSettled(Array.from({ length: binds }, () => this.#keepBound()));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const endedMs = Math.max(this.#lastAnswerMs, Math.min(this.#endMs, performance.now()));
    return {
      seconds: (endedMs - startMs) / 1_000,
      connectFailures: this.#connectFailures,
      unsent: 0,
    };
  }

  /** Whether nothing new may be sent. */
  get #isOver(): boolean {
    const { messages = Infinity, signal } = this.#options;
    return this.#issued >= messages || signal?.aborted === true || performance.now() >= this.#endMs;
  }

  async #keepBound(): Promise<void> {
    while (!this.#isOver) {
      const result = await this.#bind();
      if (result.kind === 'bound') await this.#useBind(result.session);
      else if (result.kind === 'refused') {
        this.#endMs = 0;
        throw new BindRefusedError(result.status);
      } else {
        this.#connectFailures += 1;
        await pause(rebindMs);
      }
    }
  }

  #bind() {
    const { host, port, systemId, password, timeoutMs = 30_000 } = this.#options;
    return connectSession({
      host,
      port,
      bind: { mode: 'transmitter', systemId, password },
      timers: { responseMs: timeoutMs },
      onRequest: () => Promise.resolve(ESME_ROK),
    });
  }

  async #useBind(session: SmppSession): Promise<void> {
    const { window = 100 } = this.#options;
    try {
      await Promise.all(Array.from({ length: window }, () => this.#fillPlace(session)));
    } finally {
      await session.unbind();
    }
  }

  async #fillPlace(session: SmppSession): Promise<void> {
    while (session.isBound && !this.#isOver) {
      const message = this.#messages[this.#issued % numbers];
      if (message === undefined) return;
      this.#issued += 1;
      const sentMs = performance.now();
      const answer = await session.request(message);
      if (this.#take(answer, sentMs) === 'busy') await pause(restMs);
    }
  }

  #take(answer: Answer<'submit_sm'>, sentMs: number): 'busy' | undefined {
    switch (answer.kind) {
      case 'invalid':
        throw new TypeError(`the message cannot be written: ${answer.reason}`);
      case 'unsent':
        this.#issued -= 1;
        return undefined;
      case 'timeout':
      case 'lost':
        this.counts.requests += 1;
        this.counts.inDoubt += 1;
        return undefined;
      case 'answered':
      case 'nacked':
        return this.#takeStatus(answer.status, sentMs);
    }
  }

  #takeStatus(status: number, sentMs: number): 'busy' | undefined {
    const { counts } = this;
    const name = commandStatusName(status);
    this.#lastAnswerMs = performance.now();
    counts.requests += 1;
    counts.statuses[name] = (counts.statuses[name] ?? 0) + 1;
    if (status === ESME_ROK) {
      counts.accepted += 1;
      this.#latency.record(this.#lastAnswerMs - sentMs);
      return undefined;
    }
    const isBusy = status === ESME_RTHROTTLED || status === ESME_RMSGQFUL;
    if (isBusy) counts.refused += 1;
    else counts.failed += 1;
    return isBusy ? 'busy' : undefined;
  }
}
