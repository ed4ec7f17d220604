// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Address } from './address.ts';
import type { Lane } from './lane.ts';
import type { MessageId } from './message-id.ts';

/** What an application may ask for; `auto` takes GSM-7 where it carries the text, else UCS-2. */
export type RequestedEncoding = 'auto' | 'gsm7' | 'ucs2' | 'latin1';

/** What a message was really encoded in. */
export type Encoding = 'gsm7' | 'ucs2' | 'latin1' | 'binary';

/** Which states an application is told of. */
export type DeliveryReport = 'none' | 'final' | 'all';

export type MessageBody =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly encoding: RequestedEncoding;
      readonly flash: boolean;
    }
  | {
      readonly kind: 'binary';
      readonly data: Uint8Array;
      /** With its length octet; empty for none. */
      readonly udh: Uint8Array;
      readonly dataCoding: number;
      readonly protocolId: number;
    };

/** One SMS as the gateway carries it from acceptance to its end. Times are milliseconds since 1970. */
export interface Message {
  readonly id: MessageId;
  readonly account: string;
  readonly lane: Lane;
  readonly to: Address;
  readonly from: Address;
  readonly body: MessageBody;
  /** The cost guard: 1..255. */
  readonly maxSegments: number;
  readonly acceptedAtMs: number;
  readonly sendAtMs?: number;
  readonly expiresAtMs: number;
  readonly deliveryReport: DeliveryReport;
  readonly clientReference?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly webhookUrl?: string;
  /** The short or numeric id that an SMPP client was given; unique per account. */
  readonly clientMessageId?: string;
  readonly batchId?: string;
  readonly origin: { readonly ingress: 'http' | 'smpp'; readonly session?: string };
  /** Parts and encoding as found at acceptance under the default settings. */
  readonly segments: number;
  readonly encoding: Encoding;
}
