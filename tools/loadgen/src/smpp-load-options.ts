// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { NamedProcess } from './process-meter.ts';

/** What load to put on a gateway's SMPP server. */
export interface SmppLoadOptions {
  readonly host: string;
  readonly port: number;
  readonly systemId: string;
  readonly password: string;
  /** Sessions, each bound as a transmitter. Default 4. */
  readonly binds?: number;
  /** Requests in flight on each bind. Default 100. */
  readonly window?: number;
  /** No new messages after this long. Default 10. */
  readonly seconds?: number;
  /** No more messages than this. */
  readonly messages?: number;
  readonly from?: string;
  /** Characters that ASCII and GSM 7-bit have in common; at most 160. */
  readonly text?: string;
  /** registered_delivery of each message: 0 (default) asks for no receipt. */
  readonly registeredDelivery?: number;
  /** A message without an answer is given up after this long. Default 30,000. */
  readonly timeoutMs?: number;
  /** Processes to measure; this one is always measured as `loadgen`. */
  readonly processes?: readonly NamedProcess[];
  /** Ends the load early; messages in flight are waited for. */
  readonly signal?: AbortSignal;
}
