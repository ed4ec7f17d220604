// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Address, Message } from '@sendium/message';

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
