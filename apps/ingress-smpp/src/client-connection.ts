// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * One connection, from the first octet to the last. Invariants:
 * 1. A client holds its place from before its bind is answered until its session has ended.
 * 2. Reports and SMS are given to it only while its session takes them: after its bind is answered, and not
 *    once it has begun to end.
 * 3. What an unbound connection does reaches nobody but itself.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from '@sendium/runtime';
import {
  acceptSession,
  type BindRequest,
  type BindVerdict,
  type CloseReason,
  type Connection,
  type RequestAnswer,
  type HandledRequest,
  type SessionEvent,
  type SessionTimers,
  type SmppSession,
} from '@sendium/smpp-link';
import { commandStatus, commandStatusName, knowsTlvs } from '@sendium/smpp-pdu';
import type { Metrics } from '@sendium/telemetry';
import type { BindDesk, BindDecision } from './bind-desk.ts';
import type { BoundPeer } from './bound-peer.ts';
import type { CarrierDesk } from './carrier-desk.ts';
import { CarrierPeer } from './carrier-peer.ts';
import { ClientPeer, type ClientPeerParts } from './client-peer.ts';

/** What a connection works with. */
export interface ConnectionParts extends ClientPeerParts {
  readonly binds: BindDesk;
  readonly carriers: CarrierDesk;
  readonly timers: Partial<SessionTimers>;
  /** congestion_state to give clients of 5.0. */
  readonly congestionState: () => number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

type Admitted = Extract<BindDecision, { readonly kind: 'admitted' }>;

/** What we call ourselves in bind_resp. */
const systemId = 'sendium';
const interfaceVersion = 0x50;

/** The account is not known yet: each deliver_sm has the account's own timer, which may be as long. */
const longestResponseMs = 600_000;

/** Whoever has connected. */
export class ClientConnection {
  readonly #parts: ConnectionParts;
  readonly #connection: Connection;
  readonly #session: SmppSession;
  #admitted: Admitted | undefined;
  #peer: BoundPeer | undefined;
  #hasEnded = false;
  /** Resolves when the session has ended and its place is given back. */
  readonly ended: Promise<void>;

  constructor(connection: Connection, parts: ConnectionParts) {
    this.#parts = parts;
    this.#connection = connection;
    this.#session = acceptSession(connection.socket, {
      admission: connection.admission,
      timers: { ...parts.timers, responseMs: longestResponseMs },
      congestionState: parts.congestionState,
      onBind: (pdu) => this.#onBind(pdu),
      onRequest: (pdu) => this.#onRequest(pdu),
      onEvent: (event) => this.#onEvent(event),
    });
    this.ended = this.#waitForEnd();
  }

  /** Whose it is, once it is bound. */
  get peer(): BoundPeer | undefined {
    return this.#peer;
  }

  /** Ends it in order. */
  async unbind(): Promise<void> {
    this.#peer?.stop();
    await this.#session.unbind();
  }

  async #waitForEnd(): Promise<void> {
    const reason = await this.#session.closed;
    this.#hasEnded = true;
    this.#peer?.ended(reason);
    await this.#admitted?.place.release();
    this.#tellEnd(reason);
  }

  async #onBind(pdu: BindRequest): Promise<BindVerdict> {
    const { binds } = this.#parts;
    const onPlaceLost = (): void => void this.unbind();
    const decision = await binds.decide(pdu, this.#connection.address, onPlaceLost);
    if (decision.kind === 'refused') return decision;
    if (this.#hasEnded) {
      // The peer has left while its place was being taken.
      await decision.place.release();
      return { kind: 'refused', status: commandStatus.ESME_RSYSERR };
    }
    this.#admitted = decision;
    this.#peer = this.#toPeer(decision, pdu.interfaceVersion);
    // By then the bind is answered, or the peer has left meanwhile.
    setImmediate(() => this.#onBound(pdu.interfaceVersion));
    const { known } = decision;
    return {
      kind: 'accepted',
      systemId,
      ...(knowsTlvs(pdu.interfaceVersion) ? { interfaceVersion } : {}),
      ...(known.kind === 'carrier'
        ? { isCarrier: true }
        : { maxInboundPending: known.smpp.windowSize }),
    };
  }

  #toPeer({ known, mode }: Admitted, version: number): BoundPeer {
    const sessionName = randomBytes(9).toString('base64url');
    if (known.kind === 'carrier') {
      return new CarrierPeer(known.carrier.name, sessionName, this.#parts.carriers);
    }
    const { account, smpp } = known;
    const session = this.#session;
    const bound = { account, smpp, session, sessionName, mode, interfaceVersion: version };
    return new ClientPeer(bound, this.#parts);
  }

  #onBound(version: number): void {
    if (this.#peer === undefined || !this.#session.isBound) return;
    const { address, isTls } = this.#connection;
    const mode = this.#admitted?.mode;
    this.#parts.log.info({ ...this.#peer.who, mode, version, address, isTls }, 'bound');
    this.#peer.begin();
  }

  async #onRequest(pdu: HandledRequest): Promise<RequestAnswer> {
    const labels = { role: 'server', command: pdu.command, direction: 'in' };
    this.#parts.metrics.counter('sendium_smpp_pdus_total', labels).inc();
    // The session lets nobody ask who is not bound.
    if (this.#peer === undefined) return commandStatus.ESME_RINVBNDSTS;
    return this.#peer.answer(pdu);
  }

  #onEvent(event: SessionEvent): void {
    const { metrics, log } = this.#parts;
    const who = this.#peer?.who ?? {};
    switch (event.kind) {
      case 'malformed': {
        const reason = commandStatusName(event.status);
        metrics.counter('sendium_smpp_malformed_total', { reason }).inc();
        log.debug({ ...who, reason: event.reason }, 'a malformed PDU');
        break;
      }
      case 'handler-failed':
        log.error({ ...who, err: event.error }, 'a request could not be worked on');
        break;
      case 'refused-request':
      case 'unexpected-response':
        break;
    }
  }

  #tellEnd(reason: CloseReason): void {
    const { log } = this.#parts;
    const { address } = this.#connection;
    if (this.#peer === undefined) {
      log.debug({ address, reason: reason.kind }, 'a connection ended unbound');
      return;
    }
    log.info({ ...this.#peer.who, address, reason: reason.kind }, 'unbound');
  }
}
