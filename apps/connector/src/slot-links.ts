// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The link of one bind slot, or its two where they are separate.
 *
 * L1  A bind is written, and a submit_sm, only while the slot's lease is held: asked right before.
 * L2  Closed soon, the links unbind in order and are cut at the end of the lease at the latest.
 *     Closed gently, they first wait for what is on their way, as long as an answer may take.
 * L3  After `close` has resolved nothing is left of them, and nobody is called any more.
 */

import type { Lease } from '@sendium/bus';
import {
  resolveSecret,
  type CarrierHost,
  type Connector,
  type SecretReference,
  type SecretSource,
} from '@sendium/configuration';
import { pause, type Logger } from '@sendium/runtime';
import {
  superviseLink,
  type Bound,
  type CarrierRequest,
  type ConnectOptions,
  type NotBound,
  type RequestAnswer,
  type SessionEvent,
  type SupervisedLink,
  type TlsOptions,
} from '@sendium/smpp-link';
import type { BindSlot, CarrierSession } from './bind-slot.ts';
import { CarrierHosts } from './carrier-hosts.ts';

/** What the links of every slot of a connector need. */
export interface SlotLinksOptions {
  readonly connector: Connector;
  readonly secrets: SecretSource;
  readonly log: Logger;
  /** `link` stands for what it came over until `onEnded`. */
  readonly onRequest: (pdu: CarrierRequest, link: object) => Promise<RequestAnswer>;
  /** A bind of the link has ended; in order: whatever was answered on it has been seen. */
  readonly onEnded: (link: object, isInOrder: boolean) => void;
  readonly onBound: (slot: BindSlot, session: CarrierSession) => void;
  readonly onLost: (slot: BindSlot) => void;
  readonly onBindFailed: (reason: string) => void;
  readonly onMalformed: (reason: string) => void;
}

/** Whose links they are. */
export interface LinkedSlot {
  readonly index: number;
  readonly slot: BindSlot;
  readonly lease: Pick<Lease, 'isHeld' | 'heldUntilMs'>;
}

type Mode = ConnectOptions['bind']['mode'];

/** One link as it is now. */
export interface LinkState {
  readonly mode: Mode;
  readonly state: SupervisedLink['kind'];
  readonly host: CarrierHost;
  /** Milliseconds since 1970; absent while it is not bound. */
  readonly boundSinceMs?: number;
  /** The carrier's sc_interface_version. */
  readonly interfaceVersion?: number;
  /** Why it could not bind, or was lost, the last time. */
  readonly lastError?: { readonly reason: string; readonly atMs: number };
}

interface Link {
  readonly mode: Mode;
  readonly hosts: CarrierHosts;
  supervised?: SupervisedLink;
  boundSinceMs?: number | undefined;
  interfaceVersion?: number | undefined;
  lastError?: LinkState['lastError'];
}

/** The end of a link waits no longer for what is owed: who ends it has waited already. */
const drainMs = 500;
const unbindMs = 1_000;
const leastPauseMs = 250;
const stableAfterMs = 30_000;
const gentleStepMs = 20;

/** Keeps the binds of one slot alive, for as long as its lease is held. */
export class SlotLinks {
  readonly #options: SlotLinksOptions;
  readonly #of: LinkedSlot;
  readonly #links: readonly Link[];
  readonly #closingSoon = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(of: LinkedSlot, options: SlotLinksOptions) {
    this.#options = options;
    this.#of = of;
    const modes: readonly Mode[] =
      options.connector.mode === 'separate' ? ['transmitter', 'receiver'] : ['transceiver'];
    this.#links = modes.map((mode) => {
      const link: Link = { mode, hosts: new CarrierHosts(options.connector, of.index) };
      link.supervised = this.#supervise(link);
      return link;
    });
  }

  get states(): readonly LinkState[] {
    return this.#links.map(
      ({ mode, hosts, supervised, boundSinceMs, interfaceVersion, lastError }) => ({
        mode,
        state: supervised?.kind ?? 'stopped',
        host: hosts.current,
        ...(boundSinceMs === undefined ? {} : { boundSinceMs }),
        ...(interfaceVersion === undefined ? {} : { interfaceVersion }),
        ...(lastError === undefined ? {} : { lastError }),
      }),
    );
  }

  /** Ends the sessions in order and binds anew. */
  rebind(): void {
    for (const { supervised } of this.#links) void supervised?.session?.unbind();
  }

  /** L2, L3. A second call may only make it sooner. */
  close(how: 'gently' | 'soon'): Promise<void> {
    if (how === 'soon') this.#closingSoon.abort();
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { slot, lease } = this.#of;
    const { signal } = this.#closingSoon;
    slot.isLeaving = true;
    const patientUntilMs = performance.now() + this.#options.connector.timers.responseMs;
    while (!signal.aborted && !slot.isIdle && performance.now() < patientUntilMs) {
      await pause(gentleStepMs, signal);
    }
    this.#options.onLost(slot);
    const done = new AbortController();
    const sessions = this.#links.map(({ supervised }) => supervised?.session);
    const stopped = Promise.all(
      this.#links.map(({ supervised }) => supervised?.stop() ?? Promise.resolve()),
    );
    void this.#cutAt(() => lease.heldUntilMs, sessions, done.signal);
    await stopped;
    done.abort();
    slot.isLeaving = false;
  }

  /** The lease may be renewed meanwhile, so its end is asked for again. */
  async #cutAt(
    endMs: () => number,
    sessions: readonly SupervisedLink['session'][],
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted && this.#of.lease.isHeld()) {
      await pause(Math.max(1, endMs() - performance.now()), signal);
    }
    if (!signal.aborted) for (const session of sessions) session?.destroy();
  }

  #supervise(link: Link): SupervisedLink {
    const { connector, log, onBindFailed } = this.#options;
    const { timers } = connector;
    const told = { connector: connector.name, slot: this.#of.index, mode: link.mode };
    return superviseLink({
      target: () => this.#target(link),
      lost: backOff(timers.reconnectMs, timers.reconnectMaxMs),
      refused: backOff(timers.refusedMs, timers.refusedMaxMs),
      stableAfterMs,
      onBound: (bound: Bound) => {
        log.info({ ...told, interfaceVersion: bound.interfaceVersion }, 'bound');
        this.#onBound(link, bound);
      },
      onLost: (reason) => {
        log.warn({ ...told, reason }, 'bind lost');
        const stoodMs = Date.now() - (link.boundSinceMs ?? Date.now());
        link.boundSinceMs = undefined;
        this.#onFailed(link, reason.kind, stoodMs >= stableAfterMs);
        if (link.mode !== 'receiver') this.#options.onLost(this.#of.slot);
      },
      onFailed: (result: NotBound, nextInMs) => {
        log.warn({ ...told, result, nextInMs }, 'could not bind');
        const isRefused = result.kind === 'refused';
        this.#onFailed(
          link,
          isRefused ? `refused: ${hex(result.status)}` : result.reason.kind,
          false,
        );
        onBindFailed(isRefused ? 'refused' : result.reason.kind);
      },
    });
  }

  #onBound(link: Link, { session, interfaceVersion }: Bound): void {
    const { slot, lease } = this.#of;
    link.boundSinceMs = Date.now();
    link.interfaceVersion = interfaceVersion;
    // However it ends, also by us.
    void session.closed.then(({ kind }) => this.#options.onEnded(link, kind === 'unbound'));
    if (link.mode === 'receiver') return;
    this.#options.onBound(slot, {
      request: (pdu) => (lease.isHeld() ? session.request(pdu) : unsent),
      rebind: () => void session.unbind(),
    });
  }

  #onFailed(link: Link, reason: string, wasStable: boolean): void {
    link.lastError = { reason, atMs: Date.now() };
    link.hosts.failed(wasStable);
  }

  #target(link: Link): Omit<ConnectOptions, 'signal' | 'clock'> {
    const { mode, hosts } = link;
    const { connector } = this.#options;
    const { systemId, systemType, interfaceVersion, bindAddress, timers } = connector;
    const { bindMs, responseMs, enquireLinkMs } = timers;
    const tls = this.#tls();
    return {
      ...hosts.current,
      ...(tls === undefined ? {} : { tls }),
      bind: {
        ...{ mode, systemId, systemType, interfaceVersion, password: this.#password() },
        ...{ addrTon: bindAddress.ton, addrNpi: bindAddress.npi, addressRange: bindAddress.range },
      },
      timers: { bindMs, responseMs, enquireLinkMs, maxMissedEnquireLinks: 3, drainMs, unbindMs },
      connectMs: bindMs,
      mayBind: () => this.#of.lease.isHeld(),
      onRequest: (pdu) => this.#options.onRequest(pdu, link),
      onEvent: (event) => {
        this.#onEvent(event);
      },
    };
  }

  /** Secrets are read anew for each bind, so that they may change while we run. */
  #password(): string {
    return this.#secret('password', this.#options.connector.password) ?? '';
  }

  #tls(): TlsOptions | undefined {
    const { tls } = this.#options.connector;
    if (tls === undefined) return undefined;
    const { serverName } = tls;
    const read = (name: 'ca' | 'cert' | 'key') => {
      const value = tls[name] === undefined ? undefined : this.#secret(name, tls[name]);
      return value === undefined ? {} : { [name]: value };
    };
    return {
      ...(serverName === undefined ? {} : { serverName }),
      ...{ ...read('ca'), ...read('cert'), ...read('key') },
    };
  }

  #secret(what: string, reference: SecretReference): string | undefined {
    const { connector, secrets, log } = this.#options;
    const secret = resolveSecret(reference, secrets);
    if (secret.kind === 'resolved') return secret.value;
    log.error({ connector: connector.name, what, reason: secret.reason }, 'a secret is missing');
    return undefined;
  }

  #onEvent(event: SessionEvent): void {
    const { connector, log, onMalformed } = this.#options;
    if (event.kind === 'malformed') onMalformed(event.reason);
    else if (event.kind === 'handler-failed') {
      log.error({ connector: connector.name, err: event.error }, 'a request was not handled');
    }
  }
}

const unsent = Promise.resolve({ kind: 'unsent' } as const);

function hex(status: number): string {
  return `0x${status.toString(16).padStart(8, '0')}`;
}

function backOff(firstMs: number, maxMs: number) {
  return { firstMs, maxMs, floorMs: Math.min(leastPauseMs, firstMs) };
}
