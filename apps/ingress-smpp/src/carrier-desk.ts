// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What carriers that have bound to us send: SMS of mobiles and receipts, by deliver_sm, data_sm or
 * submit_sm. Each is answered ESME_ROK once it is durable; else the carrier is told to try again.
 */
import { InboundDoor, type Publisher } from '@sendium/bus';
import type { Carrier } from '@sendium/configuration';
import { readFromCarrier, type CarrierPdu, type FromCarrier } from '@sendium/contracts';
import type { MessageIds } from '@sendium/message';
import type { Clock } from '@sendium/runtime';
import type { RequestAnswer } from '@sendium/smpp-link';
import { commandStatus } from '@sendium/smpp-pdu';
import { noTracing, traceInbound, type Metrics, type Tracing } from '@sendium/telemetry';
import type { ClientDirectory } from './client-directory.ts';

/** What the desk works with. */
export interface CarrierDeskParts {
  readonly directory: Pick<ClientDirectory, 'carriers'>;
  /** Gives up in less than a carrier waits for its answer. */
  readonly publisher: Publisher;
  readonly producer: string;
  readonly ids: MessageIds;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
}

interface KnownDoor {
  readonly group: string;
  readonly door: InboundDoor;
}

/** Takes what carriers give. */
export class CarrierDesk {
  readonly #parts: CarrierDeskParts;
  /** By carrier; of those that left the configuration, too: so few are they. */
  readonly #doors = new Map<string, KnownDoor>();

  constructor(parts: CarrierDeskParts) {
    this.#parts = parts;
  }

  /** Whether the carrier may be bound. */
  knows(carrier: string): boolean {
    return this.#parts.directory.carriers.has(carrier);
  }

  /** A bind of the carrier stands: it may have been bound elsewhere until just now. */
  begin(carrier: string): void {
    this.#doorOf(carrier)?.doubt();
  }

  /** The answer; never rejects. `session` stands for what it came over until `ended`. */
  async answer(pdu: CarrierPdu, name: string, session: object): Promise<RequestAnswer> {
    const carrier = this.#parts.directory.carriers.get(name);
    const door = this.#doorOf(name);
    if (carrier === undefined || door === undefined) return temporaryError(pdu);
    const told = this.#read(pdu, carrier);
    const isTaken = await door.take(told, session);
    this.#tell(told, pdu, name, isTaken);
    return isTaken ? taken(pdu, told, this.#parts) : temporaryError(pdu);
  }

  /** A session of the carrier has ended; in order: it has seen every answer on it. */
  ended(carrier: string, session: object, isInOrder: boolean): void {
    this.#doors.get(carrier)?.door.ended(session, isInOrder);
  }

  #read(pdu: CarrierPdu, { name, receiptDetection }: Carrier): FromCarrier {
    const { clock, ids } = this.#parts;
    return readFromCarrier(pdu, {
      connector: name,
      detection: receiptDetection,
      atMs: clock.nowMs(),
      newId: (atMs) => ids.next(atMs),
    });
  }

  #doorOf(name: string): InboundDoor | undefined {
    const group = this.#parts.directory.carriers.get(name)?.group;
    if (group === undefined) return undefined;
    const known = this.#doors.get(name);
    if (known?.group === group) return known.door;
    const { publisher, producer, clock } = this.#parts;
    const monotonicMs = (): number => clock.monotonicMs();
    const door = new InboundDoor({ connector: name, group, publisher, producer, monotonicMs });
    this.#doors.set(name, { group, door });
    return door;
  }

  #tell(told: FromCarrier, pdu: CarrierPdu, connector: string, isTaken: boolean): void {
    const { metrics, tracing = noTracing } = this.#parts;
    const result = isTaken ? 'taken' : 'refused';
    const labels = { connector, kind: told.kind, result };
    metrics.counter('sendium_inbound_pdus_total', labels).inc();
    if (isTaken && told.kind === 'message') traceInbound(tracing, told.message, pdu.command);
  }
}

/** A carrier that submits is given an id, as a client is. */
function taken(
  { command }: CarrierPdu,
  told: FromCarrier,
  { ids, clock }: Pick<CarrierDeskParts, 'ids' | 'clock'>,
): RequestAnswer {
  if (command === 'deliver_sm') return commandStatus.ESME_ROK;
  const messageId = told.kind === 'message' ? told.message.id : ids.next(clock.nowMs());
  return { command: `${command}_resp`, messageId };
}

/** To whoever delivers we are the client; to whoever submits, the carrier. */
function temporaryError({ command }: CarrierPdu): number {
  return command === 'deliver_sm' ? commandStatus.ESME_RX_T_APPN : commandStatus.ESME_RSYSERR;
}
