// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Whether what a carrier delivers may be what it delivered before, because it has not seen our answer.
 *
 * S1  Only a delivery whose answer may be unseen makes another one of the same content doubtful: it was
 *     refused, or its session ended without order since, or it has waited for its answer for long. So two
 *     SMS of the same words over a link that stands are two.
 * S2  Each such delivery excuses one other: the one that may be its repetition. The next is told apart
 *     from that one.
 * S3  Where something was forgotten, or happened elsewhere, every content is doubtful for a while: the
 *     first delivery of it, which from then on is known.
 * S4  Bounded: by age, and by number; what goes by number counts as forgotten.
 */

/** How long and how much is remembered. */
export interface ResendMemoryOptions {
  /** For so long a carrier may send again, milliseconds. */
  readonly withinMs: number;
  /** A carrier waits so long for an answer, at least, before it sends again on the same session. */
  readonly impatientMs: number;
  readonly maxDeliveries: number;
}

/** A delivery that has begun. */
export interface BegunDelivery {
  /**
   * The same content came over another session, which stands as far as is known: if that was lost just
   * now, this is its repetition, and the loss may be noticed a little later than the repetition.
   */
  readonly isUndecided: boolean;
  /** Whether it may be one that came before; asked once. */
  mayBeResent(): boolean;
  /** It is answered as taken, on the session that it came over. */
  taken(): void;
  /** It is answered otherwise: the carrier keeps it. */
  refused(): void;
}

interface Delivery {
  readonly content: string;
  readonly session: object;
  readonly atMs: number;
  state: 'open' | 'taken' | 'doubtful' | 'excused';
}

const defaults: ResendMemoryOptions = {
  withinMs: 60_000,
  impatientMs: 1_000,
  maxDeliveries: 10_000,
};

/** The deliveries of the last minute, by content. Times are of any one clock, in milliseconds. */
export class ResendMemory {
  readonly #options: ResendMemoryOptions;
  /** Oldest first. */
  readonly #deliveries = new Set<Delivery>();
  readonly #byContent = new Map<string, Set<Delivery>>();
  /** Since when, and for how long, nothing is certain of what was not seen since. */
  #doubt = { sinceMs: Number.NEGATIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY };
  #forgottenUntilMs = Number.NEGATIVE_INFINITY;

  /** In doubt from `nowMs` on: what was delivered before is not known. */
  constructor(nowMs: number, options: Partial<ResendMemoryOptions> = {}) {
    this.#options = { ...defaults, ...options };
    this.doubt(nowMs);
  }

  /** How many deliveries are remembered. */
  get size(): number {
    return this.#deliveries.size;
  }

  /** A delivery has come over the session, which is any object that stands for it. */
  begin(content: string, session: object, nowMs: number): BegunDelivery {
    this.#expire(nowMs);
    const delivery: Delivery = { content, session, atMs: nowMs, state: 'open' };
    const isUndecided = [...(this.#byContent.get(content) ?? [])].some(
      (earlier) =>
        (earlier.state === 'taken' || earlier.state === 'open') && earlier.session !== session,
    );
    this.#add(delivery);
    const become = (state: 'taken' | 'doubtful') => (): void => {
      if (delivery.state === 'open') delivery.state = state;
    };
    return {
      isUndecided,
      mayBeResent: () => this.#mayBeResent(delivery),
      taken: become('taken'),
      refused: become('doubtful'),
    };
  }

  /** The session has ended. In order: whatever was answered on it has been seen. */
  ended(session: object, isInOrder: boolean, nowMs: number): void {
    this.#expire(nowMs);
    for (const delivery of this.#deliveries) {
      if (delivery.session !== session) continue;
      if (delivery.state === 'open' || (delivery.state === 'taken' && !isInOrder)) {
        delivery.state = 'doubtful';
      }
    }
    if (!isInOrder && nowMs < this.#forgottenUntilMs) this.doubt(nowMs);
  }

  /** Deliveries that are not known here may have gone without an answer that was seen. */
  doubt(nowMs: number): void {
    this.#doubt = { sinceMs: nowMs, untilMs: nowMs + this.#options.withinMs };
  }

  #mayBeResent(delivery: Delivery): boolean {
    const { atMs, content } = delivery;
    const earlier = this.#before(delivery, content);
    // The latest: what came between is a repetition itself, and has its own to be excused by.
    const resent = earlier.findLast(
      ({ state, atMs: earlierMs }) =>
        state === 'doubtful' || (state === 'open' && atMs - earlierMs >= this.#options.impatientMs),
    );
    if (resent !== undefined) {
      resent.state = 'excused';
      return true;
    }
    const { sinceMs, untilMs } = this.#doubt;
    return atMs < untilMs && !earlier.some(({ atMs: earlierMs }) => earlierMs >= sinceMs);
  }

  #before(delivery: Delivery, content: string): readonly Delivery[] {
    const same = [...(this.#byContent.get(content) ?? [])];
    const at = same.indexOf(delivery);
    return at < 0 ? same : same.slice(0, at);
  }

  #add(delivery: Delivery): void {
    if (this.#deliveries.size >= this.#options.maxDeliveries) this.#forgetOldest();
    this.#deliveries.add(delivery);
    const same = this.#byContent.get(delivery.content);
    if (same === undefined) this.#byContent.set(delivery.content, new Set([delivery]));
    else same.add(delivery);
  }

  #expire(nowMs: number): void {
    for (const delivery of this.#deliveries) {
      if (nowMs - delivery.atMs < this.#options.withinMs) return;
      this.#remove(delivery);
    }
  }

  #forgetOldest(): void {
    for (const delivery of this.#deliveries) {
      this.#remove(delivery);
      this.#forgottenUntilMs = delivery.atMs + this.#options.withinMs;
      return;
    }
  }

  #remove(delivery: Delivery): void {
    this.#deliveries.delete(delivery);
    const same = this.#byContent.get(delivery.content);
    same?.delete(delivery);
    if (same?.size === 0) this.#byContent.delete(delivery.content);
  }
}
