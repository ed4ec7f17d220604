// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomFillSync } from 'node:crypto';
import { InboundDoor, type Publisher } from '@sendium/bus';
import type { InboundSource } from '@sendium/configuration';
import { readFromCarrier } from '@sendium/contracts';
import { MessageIds } from '@sendium/message';
import type { CarrierRequest } from '@sendium/smpp-link';
import { commandStatus } from '@sendium/smpp-pdu';
import { noTracing, traceInbound, type Tracing } from '@sendium/telemetry';

/** Where what a carrier sends goes to. */
export interface InboundDeskOptions {
  readonly source: InboundSource;
  readonly producer: string;
  /** Gives up in less than the carrier waits for its answer. */
  readonly publisher: Publisher;
  readonly clock: { readonly nowMs: () => number; readonly monotonicMs: () => number };
  /** Whether a fellow process has lost a link, or itself, since this was last asked. */
  readonly hasFellowLost: () => boolean;
  /** What was made of a request; counted. */
  readonly onTaken: (kind: 'receipt' | 'message', status: number) => void;
  readonly tracing?: Tracing | undefined;
}

/**
 * Takes receipts and messages of mobiles. The carrier is told ESME_ROK only once what it sent is durable,
 * else ESME_RX_T_APPN, upon which it keeps it and tries again.
 */
export class InboundDesk {
  readonly #options: InboundDeskOptions;
  readonly #ids = new MessageIds(randomFillSync);
  readonly #door: InboundDoor;

  constructor(options: InboundDeskOptions) {
    this.#options = options;
    const { source, producer, publisher, clock } = options;
    const { name: connector, group } = source;
    const { monotonicMs } = clock;
    this.#door = new InboundDoor({ connector, group, producer, publisher, monotonicMs });
  }

  /** Resolves with the command_status to answer; never rejects. `link` is what it came over. */
  async take(pdu: CarrierRequest, link: object): Promise<number> {
    const { source, clock, hasFellowLost, onTaken, tracing = noTracing } = this.#options;
    const told = readFromCarrier(pdu, {
      connector: source.name,
      detection: source.receiptDetection,
      atMs: clock.nowMs(),
      newId: (atMs) => this.#ids.next(atMs),
    });
    if (hasFellowLost()) this.#door.doubt();
    const isTaken = await this.#door.take(told, link);
    const status = isTaken ? commandStatus.ESME_ROK : commandStatus.ESME_RX_T_APPN;
    if (isTaken && told.kind === 'message') traceInbound(tracing, told.message, 'deliver_sm');
    onTaken(told.kind, status);
    return status;
  }

  /** A bind of the link has ended; in order: the carrier has seen every answer on it. */
  ended(link: object, isInOrder: boolean): void {
    this.#door.ended(link, isInOrder);
  }
}
