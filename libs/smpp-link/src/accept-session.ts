// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import { guardBinds } from './guard-binds.ts';
import type { Admission } from './connection-gate.ts';
import type { LinkClock } from './link-clock.ts';
import { systemLinkClock } from './link-clock.ts';
import type {
  BindRequest,
  BindVerdict,
  RequestHandler,
  SessionEvent,
  SessionTimers,
} from './session-options.ts';
import { defaultLimits, defaultTimers } from './session-options.ts';
import { SmppSession } from './smpp-session.ts';

/** How to serve a client that has connected. */
export interface AcceptOptions {
  /** What differs from the defaults (`defaultTimers`). */
  readonly timers?: Partial<SessionTimers>;
  /** Unanswered requests of the client at which we stop reading. */
  readonly maxInboundPending?: number;
  /** Lets a client in or not. What it knows of the client it keeps for `onRequest`. */
  readonly onBind: (pdu: BindRequest) => Promise<BindVerdict>;
  readonly onRequest: RequestHandler;
  /** Told when the client is bound or failed to; the listener's, see `SmppListener`. */
  readonly admission?: Admission;
  /** Takes requests with TLVs of a wrong length (`DecodeOptions` of the codec). */
  readonly toleratesTlvs?: boolean;
  /** Malformed PDUs within a minute that are borne; 10 where left out. */
  readonly maxMalformedPerMinute?: number;
  /** congestion_state for every response to a client of 5.0; undefined gives none. */
  readonly congestionState?: () => number | undefined;
  readonly onEvent?: (event: SessionEvent) => void;
  readonly clock?: LinkClock;
}

/** The largest legal bind is 98 octets and its TLVs: nobody unknown is listened to for longer. */
const maxUnboundPduLength = 256;

/**
 * Serves an accepted socket (plain, or TLS after its handshake); the socket is the session's from now
 * on. What the session does on its own: a refused bind is answered after at least 100 ms and the third
 * ends the connection; a client is given nothing that the interface_version of its bind does not know.
 */
export function acceptSession(socket: Socket, options: AcceptOptions): SmppSession {
  socket.setNoDelay(true);
  const { admission, timers, ...given } = options;
  const clock = options.clock ?? systemLinkClock;
  return new SmppSession(socket, 'server', {
    ...defaultLimits,
    ...given,
    maxUnboundPduLength,
    timers: { ...defaultTimers, ...timers },
    clock,
    maxInboundPending: options.maxInboundPending ?? defaultLimits.maxInboundPending,
    maxMalformedPerMinute: options.maxMalformedPerMinute ?? defaultLimits.maxMalformedPerMinute,
    onBind: guardBinds(options.onBind, clock, admission),
    onEvent: options.onEvent ?? (() => undefined),
  });
}
