// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * How far the tracker has heard. What it has not heard of may still be under way to it: in SUBMIT, until
 * the router tells of it, or among the events that are not worked in. To call that "not found" would be to
 * deny a message that was accepted, and whoever believes it sends it again.
 *
 * 1. SUBMIT is looked at before EVENTS, in the order in which messages pass: what leaves the one in
 *    between is seen in the other.
 * 2. What lies before the horizon had been worked in when the look began: who reads the store after it
 *    finds it, or there is none.
 */
import { consumerProgress, JetStreamApiError, type Bus } from '@sendium/bus';
import { streams, subjects, trackerConsumer } from '@sendium/contracts';

export interface HorizonOptions {
  readonly bus: Bus;
  /** The groups whose events are read. */
  readonly groups: () => readonly string[];
  readonly monotonicMs: () => number;
}

/** One look serves all questions of so many milliseconds. */
const lookMs = 250;

/** Remembers the last look. */
export class Horizon {
  readonly #options: HorizonOptions;
  #look: { readonly atMs: number; readonly result: Promise<number> } | undefined;

  constructor(options: HorizonOptions) {
    this.#options = options;
  }

  /**
   * When the oldest of what is not worked in was stored, in milliseconds since 1970; infinite when all is.
   * @throws {TransientError} NATS does not answer
   */
  heardUntilMs(): Promise<number> {
    const nowMs = this.#options.monotonicMs();
    if (this.#look === undefined || nowMs - this.#look.atMs > lookMs) {
      this.#look = { atMs: nowMs, result: this.#find() };
    }
    return this.#look.result;
  }

  async #find(): Promise<number> {
    const { bus, groups } = this.#options;
    const unrouted = await oldestUnrouted(bus);
    const unheard = await Promise.all(groups().map((group) => oldestUnheard(bus, group)));
    return Math.min(unrouted, ...unheard);
  }
}

async function oldestUnrouted(bus: Bus): Promise<number> {
  const { state } = await bus.api<{ state: { messages: number; first_ts: string } }>(
    `STREAM.INFO.${streams.submit}`,
  );
  return state.messages === 0 ? Infinity : Date.parse(state.first_ts);
}

async function oldestUnheard(bus: Bus, group: string): Promise<number> {
  try {
    const { waiting, inHand, ackFloor } = await consumerProgress(bus, trackerConsumer(group));
    if (waiting + inHand === 0) return Infinity;
    const { message } = await bus.api<{ message: { time: string } }>(
      `STREAM.MSG.GET.${streams.events}`,
      { seq: ackFloor + 1, next_by_subj: subjects.eventsOf(group) },
    );
    return Date.parse(message.time);
  } catch (error) {
    // It was worked in meanwhile.
    if (error instanceof JetStreamApiError && error.code === 404) return Infinity;
    throw error;
  }
}
