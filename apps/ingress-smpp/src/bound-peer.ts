// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { CloseReason, HandledRequest, RequestAnswer } from '@sendium/smpp-link';

/** Whoever is bound on a connection: a client of ours, or a carrier. */
export interface BoundPeer {
  /** For logs: whose session it is. */
  readonly who: Readonly<Record<string, unknown>>;
  /** The carrier that it is, if it is one. */
  readonly carrier?: string;
  /** Whether the configuration still knows it. */
  readonly mayStay: boolean;
  /** The answer to a request; it is there once what was taken is durable. */
  answer(pdu: HandledRequest): Promise<RequestAnswer>;
  /** Its bind is answered. */
  begin(): void;
  /** It is given nothing more: its session ends, or is about to. */
  stop(): void;
  /** Its session has ended. */
  ended(reason: CloseReason): void;
}
