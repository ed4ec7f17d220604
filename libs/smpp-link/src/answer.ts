// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { PduInput, PduOf, RequestName } from '@sendium/smpp-pdu';

/** What one may send on a bound session; binds, unbind and enquire_link are the session's own. */
export type SendableName = Exclude<RequestName, 'unbind' | 'enquire_link' | `bind_${string}`>;

/** A request to send: the session gives it its sequence number. */
export type OutgoingRequest<C extends SendableName = SendableName> = C extends SendableName
  ? Omit<PduInput<C>, 'sequenceNumber' | 'commandStatus'>
  : never;

type ResponseOf<C extends SendableName> = PduOf<`${C}_resp`>;

/** How a request ended. Each ends exactly once, in one of these ways. */
export type Answer<C extends SendableName = SendableName> =
  /** The peer answered; `status` is its command_status. */
  | { readonly kind: 'answered'; readonly status: number; readonly pdu: ResponseOf<C> }
  /** The peer refused the PDU itself by generic_nack. */
  | { readonly kind: 'nacked'; readonly status: number }
  /** No answer within the response time: the peer may have taken it. */
  | { readonly kind: 'timeout' }
  /** The session ended first, after the octets may have left: the peer may have taken it. */
  | { readonly kind: 'lost' }
  /** Never written: safe to send elsewhere. */
  | { readonly kind: 'unsent' }
  /** Cannot be written at all: a field does not fit. Names the field, never its content. */
  | { readonly kind: 'invalid'; readonly reason: string };
