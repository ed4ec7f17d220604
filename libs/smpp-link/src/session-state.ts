// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { BindMode } from './permitted-requests.ts';
import type { CloseReason } from './session-options.ts';

/** How a bind that we sent ended. */
export type BindOutcome =
  | {
      readonly kind: 'bound';
      /** The peer's system_id. */
      readonly systemId: string;
      /** sc_interface_version, when the peer gave one. */
      readonly interfaceVersion: number | undefined;
    }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: CloseReason };

/** Where a session is; each state owns the timers and promises that end with it. */
export type SessionState =
  /** Connected; a server waits for a bind, but not for ever. */
  | { readonly kind: 'open'; readonly cancelTimer: () => void }
  /** Our bind is on its way. */
  | {
      readonly kind: 'binding';
      readonly mode: BindMode;
      readonly sequenceNumber: number;
      readonly settle: (outcome: BindOutcome) => void;
      readonly cancelTimer: () => void;
    }
  /** The peer's bind is being checked. */
  | { readonly kind: 'authenticating'; readonly cancelTimer: () => void }
  | { readonly kind: 'bound'; readonly mode: BindMode }
  /** An unbind was asked for: no new requests, those in work are finished first. */
  | {
      readonly kind: 'draining';
      readonly mode: BindMode;
      readonly by: 'us' | 'peer';
      /** Of the peer's unbind. */
      readonly sequenceNumber: number;
      readonly cancelTimer: () => void;
    }
  /** Our unbind is on its way. */
  | {
      readonly kind: 'unbinding';
      readonly mode: BindMode;
      readonly sequenceNumber: number;
      readonly cancelTimer: () => void;
    }
  /** The last octet is written; the peer has yet to close. */
  | { readonly kind: 'closing'; readonly reason: CloseReason; readonly cancelTimer: () => void }
  | { readonly kind: 'closed'; readonly reason: CloseReason };
