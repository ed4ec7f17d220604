// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The door for what carriers send, the same whichever side has bound. Invariants:
 * 1. Taken means durable: receipts are events, SMS are on INBOUND. What is not taken the carrier keeps.
 * 2. An SMS that the carrier may have sent before, because our answer was not seen, says so: who routes
 *    it knows what came within the last minute.
 * 3. A carrier may send again over one session before it is noticed here that another was lost: what came
 *    over another session already waits until that would have been noticed. Nothing else waits.
 */
import {
  eventChannel,
  inboundChannel,
  inboundContentOf,
  resentWithinMs,
  type Channel,
  type FromCarrier,
  type GatewayEvent,
  type InboundMessage,
} from '@sendium/contracts';
import { ResendMemory } from '@sendium/delivery';
import { pause } from '@sendium/runtime';
import type { Publisher } from './publisher.ts';

/** Whose door it is, and where it leads. */
export interface InboundDoorParts {
  /** The connector, or the carrier that binds to us. */
  readonly connector: string;
  readonly group: string;
  /** This process, as it signs its batches. */
  readonly producer: string;
  /** Gives up in less than the carrier waits for its answer. */
  readonly publisher: Publisher;
  readonly monotonicMs: () => number;
}

/** Much longer than a lost connection and what comes over another one may be apart. */
const noticeMs = 100;

/** Takes receipts and SMS of mobiles. */
export class InboundDoor {
  readonly #parts: InboundDoorParts;
  readonly #receipts: Channel<GatewayEvent>;
  readonly #messages: Channel<InboundMessage>;
  readonly #memory: ResendMemory;

  /** In doubt for a minute: what was taken before is not known here. */
  constructor(parts: InboundDoorParts) {
    const { connector, group, producer } = parts;
    this.#parts = parts;
    this.#receipts = eventChannel(group, 'receipt', producer);
    this.#messages = inboundChannel(connector, producer);
    this.#memory = new ResendMemory(parts.monotonicMs(), { withinMs: resentWithinMs });
  }

  /**
   * Resolves with whether it was taken; never rejects.
   * @param session what it came over: any object that stands for it until `ended`
   */
  async take(told: FromCarrier, session: object): Promise<boolean> {
    const { publisher } = this.#parts;
    if (told.kind === 'receipt')
      return this.#isDurable(publisher.publish(this.#receipts, told.receipt));
    const { message } = told;
    const content = inboundContentOf(message);
    const delivery = this.#memory.begin(content, session, this.#parts.monotonicMs());
    if (delivery.isUndecided) await untilLossesAreNoticed();
    const item = delivery.mayBeResent() ? { ...message, mayBeResent: true } : message;
    const isTaken = await this.#isDurable(publisher.publish(this.#messages, item));
    if (isTaken) delivery.taken();
    else delivery.refused();
    return isTaken;
  }

  /** The session has ended; in order: the carrier has seen every answer on it. */
  ended(session: object, isInOrder: boolean): void {
    this.#memory.ended(session, isInOrder, this.#parts.monotonicMs());
  }

  /** Answers elsewhere may not have been seen: a fellow process vanished, or lost a link. */
  doubt(): void {
    this.#memory.doubt(this.#parts.monotonicMs());
  }

  async #isDurable(publishing: Promise<void>): Promise<boolean> {
    try {
      await publishing;
      return true;
    } catch {
      // Full, overloaded or away: the carrier keeps it, whichever it is.
      return false;
    }
  }
}

/** Whatever lay at our sockets when this was called has been read when it resolves, however busy we are. */
async function untilLossesAreNoticed(): Promise<void> {
  await pause(noticeMs);
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
