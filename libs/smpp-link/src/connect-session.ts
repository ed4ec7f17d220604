// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { connect as connectTcp, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { PduOf } from '@sendium/smpp-pdu';
import type { LinkClock } from './link-clock.ts';
import { systemLinkClock } from './link-clock.ts';
import type { BindMode } from './permitted-requests.ts';
import type {
  CloseReason,
  RequestHandler,
  SessionEvent,
  SessionTimers,
} from './session-options.ts';
import { defaultLimits, defaultTimers } from './session-options.ts';
import { SmppSession } from './smpp-session.ts';

/** How to speak TLS to a carrier: 1.2 or newer, its certificate always checked. */
export interface TlsOptions {
  /** The name its certificate must bear; the host where left out. */
  readonly serverName?: string;
  /** Authorities to trust in place of the system's, in PEM. */
  readonly ca?: string | readonly string[];
  /** Our own certificate and key, in PEM, for carriers that ask for one. */
  readonly cert?: string;
  readonly key?: string;
}

/** Who we are to the carrier (the body of the bind). */
export interface BindOptions {
  readonly mode: BindMode;
  readonly systemId: string;
  readonly password: string;
  readonly systemType?: string;
  /** 0x34 where left out. */
  readonly interfaceVersion?: number;
  readonly addrTon?: number;
  readonly addrNpi?: number;
  readonly addressRange?: string;
}

/** What a carrier may ask of us. */
export type CarrierRequest = PduOf<'deliver_sm' | 'data_sm'>;

/** Where and how to bind. */
export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsOptions;
  readonly bind: BindOptions;
  /** What differs from the defaults (`defaultTimers`). */
  readonly timers?: Partial<SessionTimers>;
  /** Until TCP and TLS stand, milliseconds; 10 s where left out. */
  readonly connectMs?: number;
  /** Unanswered requests of the carrier at which we stop reading. */
  readonly maxInboundPending?: number;
  /** Takes requests with TLVs of a wrong length (`DecodeOptions` of the codec). */
  readonly toleratesTlvs?: boolean;
  readonly onRequest: RequestHandler<CarrierRequest>;
  readonly onEvent?: (event: SessionEvent) => void;
  readonly clock?: LinkClock;
  /** Gives the attempt up, until it is bound. */
  readonly signal?: AbortSignal;
  /** Asked right before the bind is written: whoever was stopped for a while may have lost the licence. */
  readonly mayBind?: () => boolean;
}

/** How an attempt to bind ended. */
export type BindResult =
  | {
      readonly kind: 'bound';
      readonly session: SmppSession;
      /** The carrier's system_id. */
      readonly systemId: string;
      /** sc_interface_version, when the carrier gave one. */
      readonly interfaceVersion: number | undefined;
    }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: CloseReason };

const defaultConnectMs = 10_000;
const smpp34 = 0x34;

/** Connects and binds as a client; resolves when that has worked or not, and never rejects. */
export async function connectSession(options: ConnectOptions): Promise<BindResult> {
  const opened = await openSocket(options);
  if (opened.kind === 'failed') return opened;
  const session = new SmppSession(opened.socket, 'client', {
    ...defaultLimits,
    timers: { ...defaultTimers, ...options.timers },
    clock: options.clock ?? systemLinkClock,
    maxInboundPending: options.maxInboundPending ?? defaultLimits.maxInboundPending,
    toleratesTlvs: options.toleratesTlvs === true,
    // A client is given nothing else to handle: see `refusalOf`.
    onRequest: options.onRequest as RequestHandler,
    onEvent: options.onEvent ?? (() => undefined),
  });
  const giveUp = () => session.destroy();
  options.signal?.addEventListener('abort', giveUp);
  if (options.mayBind?.() === false) giveUp();
  const { mode, ...fields } = options.bind;
  const outcome = await session.bind(mode, { interfaceVersion: smpp34, ...fields });
  options.signal?.removeEventListener('abort', giveUp);
  if (outcome.kind === 'bound') return { ...outcome, session };
  // Nothing of the attempt is left when it is reported, so that the next never overlaps it.
  await session.closed;
  return outcome;
}

type Opened =
  | { readonly kind: 'open'; readonly socket: Socket }
  | { readonly kind: 'failed'; readonly reason: CloseReason };

function openSocket(options: ConnectOptions): Promise<Opened> {
  if (options.signal?.aborted === true) {
    return Promise.resolve({ kind: 'failed', reason: { kind: 'destroyed' } });
  }
  const { clock = systemLinkClock, connectMs = defaultConnectMs, signal } = options;
  const socket = startSocket(options);
  const readyEvent = options.tls === undefined ? 'connect' : 'secureConnect';
  return new Promise((resolve) => {
    let isSettled = false;
    const settle = (opened: Opened) => {
      if (isSettled) return;
      isSettled = true;
      cancelTimer();
      socket.off(readyEvent, onReady);
      signal?.removeEventListener('abort', onAbort);
      if (opened.kind === 'failed') socket.destroy();
      resolve(opened);
    };
    const onReady = () => settle({ kind: 'open', socket });
    const onAbort = () => settle({ kind: 'failed', reason: { kind: 'destroyed' } });
    const onTimeout = () => settle({ kind: 'failed', reason: { kind: 'connect-timeout' } });
    const cancelTimer = clock.startTimer(connectMs, onTimeout);
    signal?.addEventListener('abort', onAbort);
    socket.once(readyEvent, onReady);
    // Stays for the life of the socket: an error must always find a listener.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.name;
      settle({ kind: 'failed', reason: { kind: 'socket-error', code } });
    });
  });
}

function startSocket({ host, port, tls }: ConnectOptions): Socket {
  // keepAlive: a carrier that lost power is noticed even where enquire_link is switched off.
  const tcp = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
  if (tls === undefined) return connectTcp(tcp);
  const { serverName = host, ca, cert, key } = tls;
  return connectTls({
    ...tcp,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    // An address has no place in the handshake; the certificate is checked against it all the same.
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}
