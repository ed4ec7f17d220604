// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The webhooks of one account, from its first endpoint to its last. Invariants:
 * W1  A batch is acknowledged when each of its events was taken, or stands in LATER or DEAD, for every
 *     endpoint that it is for. Whatever ends before that, the events come again under the same ids.
 * W2  What is here is bounded, however much waits. Nothing is taken while an endpoint is full that gets
 *     room in a moment, or while all are busy; as soon as one could do more, none waits for the others:
 *     what is for those that are full goes to LATER.
 * W3  At the end nothing stays here: what is under way ends or is broken off, the rest is given back.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  consumeBatches,
  deadLetters,
  ensureConsumer,
  TerminalError,
  type BatchConsumer,
} from '@sendium/bus';
import {
  decodeDeliverBatch,
  deliverConsumer,
  deliverIdOf,
  dueDeliverConsumer,
  encodeDeliverBatch,
  type DeliverItem,
} from '@sendium/contracts';
import { noTracing } from '@sendium/telemetry';
import type { CallOutcome } from './call-outcome.ts';
import { comeAt, concludeNotices, deadOrigin, type Conclude } from './conclude-notice.ts';
import { Deferrals } from './deferrals.ts';
import type { Delivery } from './endpoint-lane.ts';
import type { HttpCaller } from './http-caller.ts';
import type { NetworkGuard } from './network-guard.ts';
import type { NotifierWork } from './notifier-work.ts';
import { PendingRetries, type NamedItem } from './pending-retries.ts';
import { traceCall } from './trace-call.ts';
import { WebhookLanes, type TargetLane } from './webhook-lanes.ts';
import { sequenceOf, WebhookPayload } from './webhook-payload.ts';
import type { WebhookTarget } from './webhook-target.ts';

const lookAheadBatches = 2;
const mostInHand = 900;
const lookAgainMs = 25;
const retryMs = 1000;
/** For calls under way at the end. */
const graceMs = 3000;

export class AccountWebhooks implements AsyncDisposable {
  readonly #account: string;
  readonly #work: NotifierWork;
  readonly #lanes: WebhookLanes;
  readonly #deferrals: Deferrals;
  readonly #pending = new PendingRetries();
  readonly #conclude: Conclude;
  readonly #ended = new AbortController();
  readonly #reading: Promise<BatchConsumer | undefined>;
  #reader: BatchConsumer | undefined;
  #lookingAgain: NodeJS.Timeout | undefined;

  constructor(
    account: string,
    work: NotifierWork,
    targets: readonly WebhookTarget[],
    guard: NetworkGuard,
  ) {
    this.#account = account;
    this.#work = work;
    this.#lanes = new WebhookLanes(work, guard, {
      onRoom: () => this.#onRoom(),
      onRecovered: (entry) => void this.#expedite(entry),
    });
    this.#lanes.adopt(targets, guard);
    this.#deferrals = new Deferrals({ ...work, account });
    const { signal: ended } = this.#ended;
    const [deferrals, pending] = [this.#deferrals, this.#pending];
    this.#conclude = concludeNotices({ account, work, deferrals, pending, ended });
    this.#reading = this.#beginReading();
  }

  /** The ways to its endpoints, for metrics. */
  get lanes(): Iterable<TargetLane> {
    return this.#lanes;
  }

  /** Its endpoints are these from now on. */
  adopt(targets: readonly WebhookTarget[], guard: NetworkGuard): void {
    this.#lanes.adopt(targets, guard);
    this.#onRoom();
  }

  /** Waits a moment for the calls under way, gives back the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#lookingAgain);
    const reader = await this.#reading;
    await Promise.all([this.#lanes.close(graceMs), reader?.[Symbol.asyncDispose]()]);
  }

  async #beginReading(): Promise<BatchConsumer | undefined> {
    const { bus, log } = this.#work;
    const consumers = [
      dueDeliverConsumer('webhook', this.#account),
      deliverConsumer('webhook', this.#account),
    ];
    while (!this.#ended.signal.aborted) {
      try {
        for (const consumer of consumers) await ensureConsumer(bus, consumer);
        return (this.#reader = this.#consume(consumers));
      } catch (err) {
        log.warn({ err, account: this.#account }, 'webhooks cannot be read now');
        await pause(retryMs, undefined, { signal: this.#ended.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #consume(sources: readonly { stream: string; durable: string }[]): BatchConsumer {
    const { bus, publisher, producer, nowMs } = this.#work;
    return consumeBatches<DeliverItem>(bus, {
      // In turns: what comes again must not keep away what is new, nor the other way round.
      sources: sources.map(({ stream, durable }) => ({ stream, durable, level: 0 })),
      decode: decodeDeliverBatch,
      handle: (item) => this.#tell(item),
      deadLetter: deadLetters<DeliverItem>(publisher, {
        origin: deadOrigin,
        encode: (item) => encodeDeliverBatch([item], producer),
        messageIdOf: (item) => (item.kind === 'report' ? item.messageId : ''),
        nowMs,
      }),
      maxItemsInHand: () => this.#mostInHand(),
      lookAheadBatches,
      drainMs: graceMs + 2000,
    });
  }

  async #tell(item: DeliverItem): Promise<void> {
    refuseWhatCannotBeTold(item);
    const targets = this.#lanes.targetsOf(item);
    if (targets.kind === 'crowded') {
      const named = { ...item, endpoint: 'message' };
      const atMs = this.#work.nowMs() + 5000;
      return this.#conclude(named, 'message', { kind: 'deferred', why: 'full', atMs });
    }
    const { lanes, missing } = targets;
    if (lanes.length + missing.length === 0) this.#work.metrics.ended(item, 'dropped');
    const payload = new WebhookPayload(item);
    await Promise.all([
      ...lanes.map((lane) => this.#deliver(item, payload, lane)),
      ...missing.map((name) => this.#missed({ ...item, endpoint: name })),
    ]);
  }

  async #missed(item: NamedItem): Promise<void> {
    const reason = 'the account has no such endpoint';
    await this.#conclude(item, item.endpoint, { kind: 'over', reason });
  }

  async #deliver(item: DeliverItem, payload: WebhookPayload, to: TargetLane): Promise<void> {
    const delivery: Delivery = {
      messageId: item.kind === 'report' ? item.messageId : undefined,
      sequence: sequenceOf(item),
      tries: item.tries,
      firstTriedAtMs: item.firstTriedAtMs,
      isTest: item.kind === 'endpoint_test',
      call: (signal) => this.#call(item, payload, to, signal),
    };
    this.#pending.remove(to.key, item);
    const verdict = await to.lane.offer(delivery);
    if (item.kind === 'endpoint_test') this.#logTest(to.target, verdict.kind);
    else await this.#conclude({ ...item, endpoint: to.target.name }, to.key, verdict);
  }

  async #call(
    item: DeliverItem,
    payload: WebhookPayload,
    to: TargetLane,
    signal: AbortSignal,
  ): Promise<CallOutcome> {
    const { target, caller } = this.#lanes.current(to);
    const { metrics, tracing = noTracing } = this.#work;
    const startedAtMs = performance.now();
    const outcome = await this.#post(target, caller, { id: deliverIdOf(item), payload, signal });
    metrics.called(outcome, (performance.now() - startedAtMs) / 1000);
    traceCall(tracing, item, { target, outcome, startedAtMs });
    return outcome;
  }

  #post(
    target: WebhookTarget,
    caller: HttpCaller,
    { id, payload, signal }: { id: string; payload: WebhookPayload; signal: AbortSignal },
  ): Promise<CallOutcome> {
    const { url, timeoutMs, sign } = target;
    if (sign === undefined) return Promise.resolve(unsigned);
    const body = payload.bodyFor(target);
    const timestamp = Math.floor(this.#work.nowMs() / 1000);
    const headers = {
      'content-type': 'application/json',
      'user-agent': this.#work.userAgent,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(id, timestamp, body),
    };
    return caller.post({ url, headers, body, timeoutMs, signal });
  }

  /** What was to wait for its own time comes now that the endpoint works again. */
  async #expedite({ key, lane }: TargetLane): Promise<void> {
    const about = { account: this.#account, work: this.#work };
    for (const item of this.#pending.take(key)) {
      if (this.#ended.signal.aborted) return;
      const messageId = item.kind === 'report' ? item.messageId : undefined;
      const atMs = lane.expedite({ messageId, sequence: sequenceOf(item) });
      try {
        await comeAt(item, atMs, about);
      } catch (err) {
        this.#work.log.warn({ err }, 'a webhook comes later than it could');
      }
    }
  }

  #logTest({ account, name: endpoint }: WebhookTarget, result: string): void {
    this.#work.log.info({ account, endpoint, result }, 'a webhook endpoint was tested');
  }

  /** Asked before each event; see W2. */
  #mostInHand(): number {
    if (this.#ended.signal.aborted) return Infinity;
    let isFull = false;
    let isBrieflyFull = false;
    let isIdle = false;
    for (const { lane } of this.#lanes) {
      if (lane.isResting) continue;
      isFull ||= lane.isFull;
      isBrieflyFull ||= lane.isBrieflyFull;
      isIdle ||= lane.isIdle;
    }
    if (!isFull || (isIdle && !isBrieflyFull)) return mostInHand;
    this.#lookingAgain ??= setTimeout(() => this.#lookAgain(), lookAgainMs);
    return 0;
  }

  #onRoom(): void {
    if (this.#lookingAgain !== undefined) this.#lookAgain();
  }

  #lookAgain(): void {
    clearTimeout(this.#lookingAgain);
    this.#lookingAgain = undefined;
    void this.#reader?.resume();
  }
}

const unsigned: CallOutcome = {
  ...{ kind: 'failed', result: 'unsigned', reason: 'its secret cannot be read' },
};

function refuseWhatCannotBeTold(item: DeliverItem): void {
  if (item.kind === 'inbound') throw new TerminalError('Webhooks are not told of single parts.');
  if (item.kind === 'report' && item.message === undefined) {
    throw new TerminalError('The report lacks its message.');
  }
}
