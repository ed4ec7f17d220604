// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Address } from './address.ts';
import type { Lane } from './lane.ts';
import type { MessageId } from './message-id.ts';

/** What an application may ask for; `auto` takes GSM-7 where it carries the text, else UCS-2. */
export const requestedEncodings = ['auto', 'gsm7', 'ucs2', 'latin1'] as const;

/** One of them. */
export type RequestedEncoding = (typeof requestedEncodings)[number];

/** What a message may really be encoded in. */
export const encodings = ['gsm7', 'ucs2', 'latin1', 'binary'] as const;

/** One of them. */
export type Encoding = (typeof encodings)[number];

/** A language with tables of its own in 3GPP TS 23.038, annex A, that may be allowed for a text. */
export type NationalLanguage = 'turkish' | 'spanish' | 'portuguese';

/** What an SMPP client may take data_coding 0 for. */
export const clientAlphabets = ['gsm7', 'latin1', 'ascii', 'utf8'] as const;

/** One of them. */
export type ClientAlphabet = (typeof clientAlphabets)[number];

/** Which states an application is told of. */
export type DeliveryReport = 'none' | 'final' | 'all';

export type MessageBody =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly encoding: RequestedEncoding;
      readonly flash: boolean;
      /** Whose national tables of GSM-7 may be used; none when left out. */
      readonly languages?: readonly NationalLanguage[];
      /**
       * Its sender gave it under data_coding 0, which it takes for this: a carrier that takes it for the
       * same is given the same octets. Left out: no matter.
       */
      readonly alphabet?: ClientAlphabet;
    }
  | {
      readonly kind: 'binary';
      readonly data: Uint8Array;
      /** With its length octet; empty for none. */
      readonly udh: Uint8Array;
      readonly dataCoding: number;
      readonly protocolId: number;
      /**
       * What its sender takes data_coding 0 for: to a carrier that takes it for something else the octets
       * are written anew. Left out: they are for the carrier to understand, and go out as they are.
       */
      readonly alphabet?: ClientAlphabet;
    };

/**
 * What an SMPP client asked of the carrier with its message, besides what the message itself says
 * (SMPP 3.4, 5.2). Carried as it came: each connector decides what its carrier is told.
 */
export interface SmppFields {
  readonly serviceType: string;
  /** The whole octet; its UDHI bit says no more than the body does. */
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priorityFlag: number;
  /** The whole octet as the client gave it; a text body may have been encoded anew. */
  readonly dataCoding: number;
  /** The addresses as the client wrote them: its reports and queries name them so. */
  readonly source: Address;
  readonly destination: Address;
  /** TLVs to hand on, in order, without those that the gateway itself understands and replaces. */
  readonly tlvs: readonly SmppTlv[];
  /** A part that is to be joined with the others before it is sent. */
  readonly join?: boolean;
}

/** A part that a client cut itself, and that was joined with the others. */
export interface ClientPart {
  /** As the client was given it. */
  readonly id: string;
  /** The octet as the client asked (SMPP 3.4, 5.2.17). */
  readonly registeredDelivery: number;
  readonly session?: string;
}

/** A TLV as octets. */
export interface SmppTlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

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
  /** The octet as an SMPP client asked (SMPP 3.4, 5.2.17); absent for what came by REST. */
  readonly registeredDelivery?: number;
  readonly clientReference?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly webhookUrl?: string;
  /**
   * The id that an SMPP client was given where it is not the message's own: a short one for clients of
   * old, or the one that all messages of a submit_multi share.
   */
  readonly clientMessageId?: string;
  readonly batchId?: string;
  readonly origin: { readonly ingress: 'http' | 'smpp'; readonly session?: string };
  /** Parts and encoding as found at acceptance under the default settings. */
  readonly segments: number;
  readonly encoding: Encoding;
  readonly smpp?: SmppFields;
  /** The parts that the message was joined from, in order; only where it was. */
  readonly clientParts?: readonly ClientPart[];
}
