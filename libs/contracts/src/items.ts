// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Address, Encoding, Message } from '@sendium/message';

/** What became of an earlier attempt: again here, not here any more, or given back unsent. */
export type AttemptVerdict = 'retry' | 'next_target' | 'returned';

export interface AttemptRecord {
  readonly attempt: number;
  readonly connector: string;
  readonly verdict: AttemptVerdict;
  readonly commandStatus: number;
  readonly atMs: number;
}

/** What the router has to route, first or again. */
export interface SubmitItem {
  readonly message: Message;
  /** The number that the next attempt carries; 0 is the first. */
  readonly attempt: number;
  readonly history: readonly AttemptRecord[];
  /** Parts that the last connector of the history has already handed over (1-based). */
  readonly partsDone: readonly number[];
}

/** One attempt on one connector. */
export interface DispatchItem extends SubmitItem {
  readonly route: string;
  readonly configurationVersion: number;
}

/** An SMS from a mobile, as the carrier gave it. */
export interface InboundMessage {
  readonly id: string;
  readonly connector: string;
  readonly from: Address;
  readonly to: Address;
  readonly dataCoding: number;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly octets: Uint8Array;
  readonly tlvs: readonly { readonly tag: number; readonly value: Uint8Array }[];
  readonly receivedAtMs: number;
  /**
   * The answer to the same content may have been lost within the last minute, so the carrier may have sent
   * it again.
   */
  readonly mayBeResent: boolean;
}

/** An SMS from a mobile, joined and read. */
export interface ReceivedMessage {
  readonly id: string;
  readonly connector: string;
  /** Absent while no rule gives it to anyone. */
  readonly account?: string;
  /** The rule that gave it to the account. */
  readonly rule?: string;
  readonly from: Address;
  readonly to: Address;
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'binary'; readonly octets: Uint8Array };
  /** Of the first part, with its length octet, without what joins the parts; empty for none. */
  readonly udh: Uint8Array;
  readonly encoding: Encoding;
  readonly dataCoding: number;
  readonly protocolId: number;
  /** Parts that it came in, and how many of them never came. */
  readonly segments: number;
  readonly segmentsMissing: number;
  readonly receivedAtMs: number;
}

/** What could not be worked on, kept for an operator to see and replay. */
export interface DeadLetter {
  readonly origin: string;
  readonly reason: string;
  readonly subject: string;
  readonly messageId?: string;
  readonly payload: Uint8Array;
  readonly atMs: number;
}
