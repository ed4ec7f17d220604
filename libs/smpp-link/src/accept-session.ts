// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
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
  readonly onEvent?: (event: SessionEvent) => void;
  readonly clock?: LinkClock;
}

/** The largest legal bind is 98 octets and its TLVs: nobody unknown is listened to for longer. */
const maxUnboundPduLength = 256;

/** Serves an accepted socket (plain, or TLS after its handshake); the socket is the session's from now on. */
export function acceptSession(socket: Socket, options: AcceptOptions): SmppSession {
  socket.setNoDelay(true);
  return new SmppSession(socket, 'server', {
    ...defaultLimits,
    maxUnboundPduLength,
    timers: { ...defaultTimers, ...options.timers },
    clock: options.clock ?? systemLinkClock,
    maxInboundPending: options.maxInboundPending ?? defaultLimits.maxInboundPending,
    onBind: options.onBind,
    onRequest: options.onRequest,
    onEvent: options.onEvent ?? (() => undefined),
  });
}
