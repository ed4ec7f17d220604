// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * Decides when the next request is sent.
 * L1. Closed loop: a connection that becomes idle sends at once.
 * L2. Open loop: request i is due at start + i / rate, whether or not a connection is idle then; it
 *     takes the first that is, and its latency counts from when it was due. A gateway that stalls is
 *     charged for every request it kept waiting, not only for the few it had in hand.
 * L3. After the end nothing new is sent; the run ends when each request has ended. Requests that were
 *     due but never sent are counted, and their waiting counts as latency.
 */
import { HttpConnection } from './http-connection.ts';
import type { Outcome } from './http-connection.ts';
import type { LatencyRecorder } from './latency.ts';
import { RequestTemplate } from './request-template.ts';
import type { LoadOptions } from './load-options.ts';
import type { Sent, Tally } from './tally.ts';

/** Gives the octets of the request whose first message has that number. */
interface Requests {
  fill(first: number): Buffer;
}

interface Worker {
  readonly connection: HttpConnection;
  readonly template: Requests;
}

const defaultText = 'Hello from the benchmark message number one';
const longestRetryMs = 1_000;
const tickMs = 20;

/** How a run went, beside what the tally and the histogram say. */
export interface RunFacts {
  /** From the first moment until the last answer. */
  readonly seconds: number;
  readonly connectFailures: number;
  /** Messages that were due but for which no connection was free before the end. */
  readonly unsent: number;
}

export class LoadDriver {
  readonly #options: LoadOptions;
  readonly #tally: Tally;
  readonly #latency: LatencyRecorder;
  readonly #workers: readonly Worker[];
  readonly #idle = new Set<Worker>();
  readonly #perRequest: number;
  #startMs = 0;
  #endMs = Infinity;
  #issued = 0;
  #open = 0;
  #connectFailures = 0;
  #lastAnswerMs = 0;
  #finish: (() => void) | undefined;
  #pacer: NodeJS.Timeout | undefined;

  constructor(
    options: LoadOptions,
    tokenPrefix: string | undefined,
    tally: Tally,
    latency: LatencyRecorder,
  ) {
    const url = new URL(options.url);
    if (url.protocol !== 'http:') throw new TypeError('the load generator speaks http only');
    this.#options = options;
    this.#tally = tally;
    this.#latency = latency;
    this.#perRequest = Math.max(1, options.batch ?? 0);
    const basePath = url.pathname.replace(/\/$/, '');
    const target = { host: url.host, key: options.key, basePath };
    const { from = '12345', text = defaultText, batch = 0, getPath } = options;
    const template = () =>
      getPath === undefined
        ? new RequestTemplate(target, { from, text, batch, tokenPrefix })
        : getRequest(url.host, getPath);
    const where = { host: url.hostname, port: Number(url.port || 80) };
    this.#workers = Array.from({ length: options.connections ?? 32 }, () =>
      this.#newWorker(where, template()),
    );
  }

  /** Runs to the end; call it once. */
  async run(): Promise<RunFacts> {
    const { seconds = 10, signal } = this.#options;
    const stop = () => this.#stop();
    signal?.addEventListener('abort', stop, { once: true });
    const finished = new Promise<void>((resolve) => (this.#finish = resolve));
    this.#startMs = performance.now();
    this.#endMs = this.#startMs + seconds * 1_000;
    const ticker = setInterval(() => this.#tick(), tickMs);
    if (this.#isOpenLoop) this.#pace();
    for (const { connection } of this.#workers) connection.open();
    if (signal?.aborted === true) stop();
    await finished;
    clearInterval(ticker);
    clearTimeout(this.#pacer);
    signal?.removeEventListener('abort', stop);
    for (const { connection } of this.#workers) connection.close();
    const unsent = this.#countUnsent(performance.now());
    const endedMs = Math.max(this.#lastAnswerMs, Math.min(this.#endMs, performance.now()));
    return {
      seconds: (endedMs - this.#startMs) / 1_000,
      connectFailures: this.#connectFailures,
      unsent,
    };
  }

  get #isOpenLoop(): boolean {
    return this.#options.ratePerSecond !== undefined;
  }

  #newWorker(where: { host: string; port: number }, template: Requests): Worker {
    const worker: Worker = {
      template,
      connection: new HttpConnection({
        ...where,
        timeoutMs: this.#options.timeoutMs ?? 30_000,
        onIdle: () => this.#idled(worker),
        onGone: () => void this.#idle.delete(worker),
        onRefused: () => (this.#connectFailures += 1),
      }),
    };
    return worker;
  }

  #stop(): void {
    this.#endMs = Math.min(this.#endMs, performance.now());
    this.#tick();
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const { connection } of this.#workers) connection.sweep(nowMs);
    this.#sendDue(nowMs);
    if (this.#isOver(nowMs) && this.#open === 0) this.#finish?.();
  }

  /** Wakes up when the next request is due; Node's timers are up to a millisecond late. */
  #pace(): void {
    const nowMs = performance.now();
    this.#sendDue(nowMs);
    if (this.#isOver(nowMs)) return;
    const waitMs = this.#dueMs(this.#issued) - nowMs;
    this.#pacer = setTimeout(() => this.#pace(), Math.max(1, waitMs));
  }

  /** Whether nothing new may be sent. */
  #isOver(nowMs: number): boolean {
    return nowMs >= this.#endMs || !this.#mayIssue();
  }

  #dueMs(index: number): number {
    const rate = this.#options.ratePerSecond ?? Infinity;
    return this.#startMs + (index * this.#perRequest * 1_000) / rate;
  }

  #takeIdle(): Worker | undefined {
    const [worker] = this.#idle;
    if (worker !== undefined) this.#idle.delete(worker);
    return worker;
  }

  #idled(worker: Worker): void {
    this.#idle.add(worker);
    this.#sendDue(performance.now());
  }

  #sendDue(nowMs: number): void {
    for (;;) {
      if (this.#idle.size === 0 || this.#isOver(nowMs)) return;
      const dueMs = this.#isOpenLoop ? this.#dueMs(this.#issued) : nowMs;
      if (dueMs > nowMs) return;
      const worker = this.#takeIdle();
      if (worker === undefined) return;
      const first = this.#issued * this.#perRequest;
      this.#issued += 1;
      this.#open += 1;
      this.#send(worker, { first, count: this.#perRequest }, dueMs);
    }
  }

  #countUnsent(nowMs: number): number {
    if (!this.#isOpenLoop) return 0;
    const before = this.#issued;
    for (; this.#mayIssue() && this.#dueMs(this.#issued) < this.#endMs; this.#issued += 1)
      this.#latency.record(nowMs - this.#dueMs(this.#issued));
    return (this.#issued - before) * this.#perRequest;
  }

  #mayIssue(): boolean {
    return this.#issued * this.#perRequest < (this.#options.messages ?? Infinity);
  }

  #send(worker: Worker, sent: Sent, dueMs: number): void {
    worker.connection.send(worker.template.fill(sent.first), (outcome) => {
      const nowMs = performance.now();
      this.#lastAnswerMs = nowMs;
      if (this.#mayRetry(outcome, nowMs)) {
        this.#sendAgain(sent, dueMs, outcome);
        return;
      }
      this.#open -= 1;
      if (this.#tally.take(sent, outcome)) this.#latency.record(nowMs - dueMs);
    });
  }

  #mayRetry(outcome: Outcome, nowMs: number): boolean {
    if (this.#options.mayRetry !== true || outcome.kind === 'lost') return false;
    const { status } = outcome.response;
    return (status === 429 || status === 503) && nowMs < this.#endMs;
  }

  /** Waits as told, then for a connection; at the end of the run the refusal counts. */
  #sendAgain(sent: Sent, dueMs: number, refusal: Outcome): void {
    const retryAfterMs = refusal.kind === 'response' ? refusal.response.retryAfterMs : undefined;
    const again = () => {
      const worker = this.#takeIdle();
      if (worker !== undefined) this.#send(worker, sent, dueMs);
      else if (performance.now() < this.#endMs) setTimeout(again, 5);
      else {
        this.#open -= 1;
        this.#tally.take(sent, refusal);
      }
    };
    setTimeout(again, Math.min(retryAfterMs ?? longestRetryMs, longestRetryMs));
  }
}

function getRequest(host: string, path: string): Requests {
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'latin1');
  return { fill: () => request };
}
