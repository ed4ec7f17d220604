// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { PduInput, PduOf, RequestName, ResponseName } from '@sendium/smpp-pdu';
import type { LinkClock } from './link-clock.ts';
import type { LivenessTimers } from './liveness.ts';

/** The timers of a session (SMPP 3.4, 7.2), in milliseconds. */
export interface SessionTimers extends LivenessTimers {
  /** Until a client that has connected to us is bound. */
  readonly sessionInitMs: number;
  /** Until a bind is answered. */
  readonly bindMs: number;
  /** Until a request is answered. */
  readonly responseMs: number;
  /** Until an ordered end goes on without the answers still owed. */
  readonly drainMs: number;
  /** Until unbind is answered and the peer has closed. */
  readonly unbindMs: number;
}

/** A PDU that is answered by its handler: everything but binds, unbind and enquire_link. */
export type HandledRequest = PduOf<
  Exclude<RequestName, 'unbind' | 'enquire_link' | `bind_${string}`>
>;

/** What a handler answers: the status alone, or a response with fields (its sequence number is set here). */
export type RequestAnswer = number | PduInput<Exclude<ResponseName, 'generic_nack'>>;

/** Works on a request of the peer. The response is written when the promise settles, not before. */
export type RequestHandler<P = HandledRequest> = (pdu: P) => Promise<RequestAnswer>;

/** Why a session ended. */
export type CloseReason =
  | { readonly kind: 'unbound'; readonly by: 'us' | 'peer' }
  | { readonly kind: 'closed-by-peer' }
  /** `code` is the system's, such as ECONNRESET or ECONNREFUSED, or the TLS error's. */
  | { readonly kind: 'socket-error'; readonly code: string }
  | { readonly kind: 'connect-timeout' }
  | { readonly kind: 'bind-timeout' }
  /** A client connected to us and was not bound in time. */
  | { readonly kind: 'session-init-timeout' }
  /** By the peer; or by us, the last time that it may try. */
  | { readonly kind: 'bind-refused'; readonly status: number }
  /** The bind cannot be written: names the field that does not fit. */
  | { readonly kind: 'invalid-bind'; readonly reason: string }
  /** Enquiries were not answered. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'inactive' }
  | { readonly kind: 'corrupt-stream'; readonly commandLength: number }
  | { readonly kind: 'too-many-malformed' }
  | { readonly kind: 'destroyed' };

/** What happened on a session that its owner may count or log; never content. */
export type SessionEvent =
  /** An answer to nothing in flight: late, doubled, or never asked for. It is ignored otherwise. */
  | { readonly kind: 'unexpected-response'; readonly pdu: PduOf<ResponseName> }
  | { readonly kind: 'malformed'; readonly status: number; readonly reason: string }
  /** A request the state or role does not permit was refused with this status. */
  | { readonly kind: 'refused-request'; readonly command: string; readonly status: number }
  /** A handler threw; the peer was given a temporary error. */
  | { readonly kind: 'handler-failed'; readonly error: unknown };

/** What a server makes of a bind. */
export type BindVerdict =
  | {
      readonly kind: 'accepted';
      /** Our own system_id. */
      readonly systemId: string;
      /** sc_interface_version to give; none for peers of 3.3 and before, which know no TLVs. */
      readonly interfaceVersion?: number;
      /** In place of the session's own `maxInboundPending`, from now on. */
      readonly maxInboundPending?: number;
      /** It is a carrier, which gives us SMS from mobiles and receipts, and is no client of ours. */
      readonly isCarrier?: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** Ends the connection behind the answer. */
      readonly closes?: boolean;
    };

/** A bind of any mode. */
export type BindRequest = PduOf<'bind_transceiver' | 'bind_transmitter' | 'bind_receiver'>;

/** What a session of either role needs. */
export interface SessionOptions {
  readonly timers: SessionTimers;
  readonly clock: LinkClock;
  /** Requests of the peer being worked on at once; with that many we stop reading. */
  readonly maxInboundPending: number;
  /** Octets written that the peer has not read; beyond, we stop reading. */
  readonly maxUnreadBytes: number;
  /** Octets of the longest PDU taken. */
  readonly maxPduLength: number;
  /** The same before the session is bound. */
  readonly maxUnboundPduLength: number;
  readonly maxMalformedPerMinute: number;
  /** Takes requests with TLVs of a wrong length (`DecodeOptions` of the codec). */
  readonly toleratesTlvs?: boolean;
  /** congestion_state for every response to a peer of 5.0; undefined gives none. */
  readonly congestionState?: () => number | undefined;
  readonly onRequest: RequestHandler;
  /** A server's answer to a bind; a client has none. */
  readonly onBind?: (pdu: BindRequest) => Promise<BindVerdict>;
  readonly onEvent: (event: SessionEvent) => void;
}

/** Timers where nothing else is asked for. */
export const defaultTimers: SessionTimers = {
  sessionInitMs: 5_000,
  bindMs: 10_000,
  responseMs: 30_000,
  enquireLinkMs: 30_000,
  maxMissedEnquireLinks: 2,
  inactivityMs: 300_000,
  drainMs: 5_000,
  unbindMs: 5_000,
};

/** Limits where nothing else is asked for: 65 KiB hold the longest message_payload and its PDU. */
export const defaultLimits = {
  maxInboundPending: 100,
  maxUnreadBytes: 1_048_576,
  maxPduLength: 67_584,
  maxUnboundPduLength: 67_584,
  maxMalformedPerMinute: 10,
} as const;
