// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus } from '@sendium/smpp-pdu';
import type { BackOff } from './back-off.ts';
import { backOffMs, lostBackOff, refusedBackOff } from './back-off.ts';
import type { BindResult, ConnectOptions } from './connect-session.ts';
import { connectSession } from './connect-session.ts';
import { systemLinkClock } from './link-clock.ts';
import type { LinkClock } from './link-clock.ts';
import type { CloseReason } from './session-options.ts';
import type { SmppSession } from './smpp-session.ts';

/** A bind that stands. */
export type Bound = BindResult & { readonly kind: 'bound' };
/** An attempt that did not lead to a bind. */
export type NotBound = Exclude<BindResult, { readonly kind: 'bound' }>;

/** What a supervised link needs to know, and whom it tells. */
export interface SuperviseOptions {
  /** Where and how to bind, asked before each attempt: hosts may take turns, passwords change. */
  readonly target: (attempt: number) => Omit<ConnectOptions, 'signal' | 'clock'>;
  readonly onBound?: (bound: Bound) => void;
  /** A bind that stood has ended; every request on it has been settled before. */
  readonly onLost?: (reason: CloseReason, session: SmppSession) => void;
  /** An attempt failed; the next one follows after `nextInMs`. */
  readonly onFailed?: (result: NotBound, nextInMs: number) => void;
  /** A bind that lived this long forgets earlier failures; 30 s where left out. */
  readonly stableAfterMs?: number;
  readonly lost?: BackOff;
  readonly refused?: BackOff;
  readonly clock?: LinkClock;
  /** In [0, 1). */
  readonly random?: () => number;
}

type LinkState =
  | { readonly kind: 'connecting'; readonly abort: AbortController }
  | { readonly kind: 'bound'; readonly session: SmppSession }
  | { readonly kind: 'waiting'; readonly cancelTimer: () => void }
  | { readonly kind: 'stopped' };

const credentialStatuses: readonly number[] = [
  commandStatus.ESME_RBINDFAIL,
  commandStatus.ESME_RINVPASWD,
  commandStatus.ESME_RINVSYSID,
  commandStatus.ESME_RINVSYSTYP,
];
const defaultStableAfterMs = 30_000;

/**
 * Keeps one bind alive. Invariants:
 *
 * 1. At most one connection at any moment: the next attempt starts only after the last has ended.
 * 2. Between the end of one attempt or bind and the start of the next lies a wait of at least the
 *    back-off's floor. It grows with each failure, for refused credentials on a scale of its own, and
 *    only a bind that was stable starts it again.
 * 3. After `stop` nothing is started and nobody is called.
 */
export class SupervisedLink {
  readonly #options: SuperviseOptions;
  readonly #clock: LinkClock;
  readonly #random: () => number;
  readonly #failures = { lost: 0, refused: 0 };
  #attempts = 0;
  #state: LinkState = { kind: 'stopped' };
  #running: Promise<void> = Promise.resolve();

  constructor(options: SuperviseOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemLinkClock;
    this.#random = options.random ?? Math.random;
    this.#connect();
  }

  /** The bind, while there is one. */
  get session(): SmppSession | undefined {
    return this.#state.kind === 'bound' ? this.#state.session : undefined;
  }

  /** What the link is doing. */
  get kind(): LinkState['kind'] {
    return this.#state.kind;
  }

  /** Ends the bind in order and tries no more; resolves when nothing is left. */
  async stop(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'stopped' };
    if (state.kind === 'waiting') state.cancelTimer();
    if (state.kind === 'connecting') state.abort.abort();
    if (state.kind === 'bound') await state.session.unbind();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #connect(): void {
    const abort = new AbortController();
    this.#state = { kind: 'connecting', abort };
    this.#running = this.#run(abort.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#attempts += 1;
    const target = this.#options.target(this.#attempts);
    const result = await connectSession({ ...target, clock: this.#clock, signal });
    if (result.kind === 'bound') await this.#hold(result);
    else this.#onFailure(result);
  }

  async #hold(bound: Bound): Promise<void> {
    const { session } = bound;
    if (this.#state.kind === 'stopped') {
      await session.unbind();
      return;
    }
    const boundAtMs = this.#clock.monotonicMs();
    this.#state = { kind: 'bound', session };
    this.#options.onBound?.(bound);
    const reason = await session.closed;
    if (this.#isStopped()) return;
    const { stableAfterMs = defaultStableAfterMs } = this.#options;
    if (this.#clock.monotonicMs() - boundAtMs >= stableAfterMs) {
      this.#failures.lost = this.#failures.refused = 0;
    }
    this.#wait('lost');
    this.#options.onLost?.(reason, session);
  }

  #onFailure(result: NotBound): void {
    if (this.#isStopped()) return;
    const isRefused = result.kind === 'refused' && credentialStatuses.includes(result.status);
    const nextInMs = this.#wait(isRefused ? 'refused' : 'lost');
    this.#options.onFailed?.(result, nextInMs);
  }

  #isStopped(): boolean {
    return this.#state.kind === 'stopped';
  }

  #wait(scale: 'lost' | 'refused'): number {
    this.#failures[scale] += 1;
    const { lost = lostBackOff, refused = refusedBackOff } = this.#options;
    const backOff = scale === 'lost' ? lost : refused;
    const delayMs = backOffMs(backOff, this.#failures[scale], this.#random());
    const cancelTimer = this.#clock.startTimer(delayMs, () => this.#connect());
    this.#state = { kind: 'waiting', cancelTimer };
    return delayMs;
  }
}

/** Keeps one bind alive from now on until `stop`. */
export function superviseLink(options: SuperviseOptions): SupervisedLink {
  return new SupervisedLink(options);
}
