// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { resolveSecret, type Connector, type SecretSource } from '@sendium/configuration';
import type { Logger } from '@sendium/runtime';
import {
  superviseLink,
  type Bound,
  type CarrierRequest,
  type ConnectOptions,
  type NotBound,
  type RequestAnswer,
  type SessionEvent,
  type SupervisedLink,
} from '@sendium/smpp-link';
import type { BindSlot, CarrierSession } from './bind-slot.ts';

/** What the links of a connector need. */
export interface CarrierLinksOptions {
  readonly connector: Connector;
  readonly slots: readonly BindSlot[];
  readonly secrets: SecretSource;
  readonly log: Logger;
  readonly onRequest: (pdu: CarrierRequest) => Promise<RequestAnswer>;
  readonly onBound: (slot: BindSlot, session: CarrierSession) => void;
  readonly onLost: (slot: BindSlot) => void;
  readonly onBindFailed: (reason: string) => void;
  readonly onMalformed: (reason: string) => void;
}

type Mode = ConnectOptions['bind']['mode'];

/** The end of a link waits no longer for what is owed: the submitter has waited already. */
const drainMs = 500;
const unbindMs = 1_000;
const leastPauseMs = 250;

/** Keeps the binds of one connector alive: one link per slot, or two where they are separate. */
export class CarrierLinks implements AsyncDisposable {
  readonly #options: CarrierLinksOptions;
  readonly #links: readonly SupervisedLink[];

  constructor(options: CarrierLinksOptions) {
    this.#options = options;
    const modes: readonly Mode[] =
      options.connector.mode === 'separate' ? ['transmitter', 'receiver'] : ['transceiver'];
    this.#links = options.slots.flatMap((slot) => modes.map((mode) => this.#supervise(slot, mode)));
  }

  /** How many links are in each state. */
  get states(): ReadonlyMap<string, number> {
    const states = new Map<string, number>();
    for (const { kind } of this.#links) states.set(kind, (states.get(kind) ?? 0) + 1);
    return states;
  }

  /** Unbinds in order. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.map((link) => link.stop()));
  }

  #supervise(slot: BindSlot, mode: Mode): SupervisedLink {
    const { connector, log, onBound, onLost, onBindFailed } = this.#options;
    const { timers } = connector;
    const isTransmitting = mode !== 'receiver';
    const told = { connector: connector.name, mode };
    return superviseLink({
      target: () => this.#target(mode),
      lost: backOff(timers.reconnectMs, timers.reconnectMaxMs),
      refused: backOff(timers.refusedMs, timers.refusedMaxMs),
      onBound: ({ session, interfaceVersion }: Bound) => {
        log.info({ ...told, interfaceVersion }, 'bound');
        if (!isTransmitting) return;
        const rebind = () => void session.unbind();
        onBound(slot, { request: (pdu) => session.request(pdu), rebind });
      },
      onLost: (reason) => {
        log.warn({ ...told, reason }, 'bind lost');
        if (isTransmitting) onLost(slot);
      },
      onFailed: (result: NotBound, nextInMs) => {
        log.warn({ ...told, result, nextInMs }, 'could not bind');
        onBindFailed(result.kind === 'refused' ? 'refused' : result.reason.kind);
      },
    });
  }

  #target(mode: Mode): Omit<ConnectOptions, 'signal' | 'clock'> {
    const { host, port, systemId, systemType, timers } = this.#options.connector;
    const { bindMs, responseMs, enquireLinkMs } = timers;
    return {
      host,
      port,
      bind: { mode, systemId, systemType, password: this.#password() },
      timers: { bindMs, responseMs, enquireLinkMs, maxMissedEnquireLinks: 3, drainMs, unbindMs },
      connectMs: bindMs,
      onRequest: (pdu) => this.#options.onRequest(pdu),
      onEvent: (event) => {
        this.#onEvent(event);
      },
    };
  }

  /** Read anew for each bind, so that it may change while we run. */
  #password(): string {
    const { connector, secrets, log } = this.#options;
    const password = resolveSecret(connector.password, secrets);
    if (password.kind === 'resolved') return password.value;
    log.error({ connector: connector.name, reason: password.reason }, 'there is no password');
    return '';
  }

  #onEvent(event: SessionEvent): void {
    const { connector, log, onMalformed } = this.#options;
    if (event.kind === 'malformed') onMalformed(event.reason);
    else if (event.kind === 'handler-failed') {
      log.error({ connector: connector.name, err: event.error }, 'a request was not handled');
    }
  }
}

function backOff(firstMs: number, maxMs: number) {
  return { firstMs, maxMs, floorMs: Math.min(leastPauseMs, firstMs) };
}
