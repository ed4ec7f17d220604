// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Connector } from '@sendium/configuration';
import type { Encoding, Message, MessageBody } from '@sendium/message';
import type { OutgoingRequest } from '@sendium/smpp-link';
import {
  chooseEncoding,
  countSegments,
  planBinarySegments,
  planSegments,
  type EncodedChoice,
  type Segment,
} from '@sendium/text';
import type { SegmentReferences } from './segment-references.ts';
import { askedFields } from './submit-fields.ts';

/** A submit_sm but for its validity_period, which depends on when it is sent. */
export type SubmitTemplate = OutgoingRequest<'submit_sm'>;

export type SubmitPlan =
  | {
      readonly kind: 'planned';
      readonly encoding: Encoding;
      /** One per part, in order. */
      readonly templates: readonly SubmitTemplate[];
      readonly isReceiptExpected: boolean;
    }
  /** This connector cannot carry it, whatever it does. */
  | { readonly kind: 'unfit' };

/** What a connector's settings say about the PDUs. */
export type SubmitSettings = Pick<
  Connector,
  'longMessage' | 'defaultAlphabet' | 'hasTlvs' | 'submit'
>;

interface Content {
  readonly encoding: Encoding;
  readonly dataCoding: number;
  readonly segments: readonly Segment[];
}

/** The submit_sm PDUs that carry a message over a connector. */
export function planSubmits(
  message: Message,
  settings: SubmitSettings,
  references: SegmentReferences,
): SubmitPlan {
  const content =
    message.body.kind === 'binary'
      ? planBinary(message, message.body, settings, references)
      : planText(message, message.body, settings, references);
  if (content === undefined || content.segments.length > message.maxSegments) {
    return { kind: 'unfit' };
  }
  const { fields, tlvs, esmClass } = askedFields(message, settings);
  const base = { command: 'submit_sm', ...fields, dataCoding: content.dataCoding } as const;
  return {
    kind: 'planned',
    encoding: content.encoding,
    templates: content.segments.map((segment) => {
      const carriage = carriageOf(segment, esmClass);
      const all = { ...tlvs, ...carriage.tlvs };
      return { ...base, ...carriage, ...(Object.keys(all).length === 0 ? {} : { tlvs: all }) };
    }),
    isReceiptExpected: (fields.registeredDelivery & receiptBits) !== 0,
  };
}

/** registered_delivery: whether there is to be a receipt (SMPP 3.4, 5.2.17). */
const receiptBits = 0x03;
const userDataHeaderIndicator = 0x40;

function carriageOf(
  { octets, carriage }: Segment,
  esmClass: number,
): Pick<SubmitTemplate, 'esmClass' | 'shortMessage' | 'tlvs'> {
  switch (carriage.kind) {
    case 'single':
      return { esmClass, shortMessage: octets };
    case 'udh':
      return {
        esmClass: esmClass | userDataHeaderIndicator,
        shortMessage: Buffer.concat([carriage.udh, octets]),
      };
    case 'sar':
      return {
        esmClass,
        shortMessage: octets,
        tlvs: {
          sarMsgRefNum: carriage.reference,
          sarTotalSegments: carriage.total,
          sarSegmentSeqnum: carriage.sequence,
        },
      };
    case 'payload':
      return { esmClass, tlvs: { messagePayload: octets } };
  }
}

function planText(
  message: Message,
  body: MessageBody & { readonly kind: 'text' },
  settings: SubmitSettings,
  references: SegmentReferences,
): Content | undefined {
  const choice = chooseFor(body, settings);
  if (choice === undefined) return undefined;
  const { longMessage } = settings;
  const isLong = countSegments(choice, longMessage) > 1;
  const plan = planSegments(choice.text, {
    encoding: choice.encoding,
    longMessage,
    reference: isLong ? referenceOf(message, settings, references) : 0,
  });
  if (plan.kind !== 'planned') return undefined;
  return {
    encoding: choice.encoding,
    dataCoding: dataCodingOf(choice, body.flash),
    segments: plan.segments,
  };
}

/**
 * data_coding 0 is whatever the carrier's default alphabet is. Where that is not GSM-7, text goes out in
 * the encodings that say what they are: Latin-1 where it fits, else UCS-2.
 */
function chooseFor(
  body: MessageBody & { readonly kind: 'text' },
  settings: SubmitSettings,
): EncodedChoice | undefined {
  const choice = chooseEncoding(body.text, body.encoding);
  if (choice.kind !== 'chosen') return undefined;
  if (choice.encoding !== 'gsm7' || settings.defaultAlphabet === 'gsm7') return choice;
  for (const encoding of ['latin1', 'ucs2'] as const) {
    const other = chooseEncoding(choice.text, encoding);
    if (other.kind === 'chosen') return other;
  }
  return undefined;
}

/** SMPP 3.4, 5.2.19; 0x10 and 0x18 are message class 0 in GSM-7 and UCS-2 (3GPP TS 23.038). */
function dataCodingOf({ encoding }: EncodedChoice, isFlash: boolean): number {
  switch (encoding) {
    case 'gsm7':
      return isFlash ? 0x10 : 0x00;
    case 'ucs2':
      return isFlash ? 0x18 : 0x08;
    case 'latin1':
      return 0x03;
  }
}

function planBinary(
  message: Message,
  body: MessageBody & { readonly kind: 'binary' },
  settings: SubmitSettings,
  references: SegmentReferences,
): Content | undefined {
  const plan = planBinarySegments(body, {
    longMessage: settings.longMessage,
    reference: referenceOf(message, settings, references),
  });
  if (plan.kind !== 'planned') return undefined;
  return { encoding: 'binary', dataCoding: body.dataCoding, segments: plan.segments };
}

function referenceOf(
  message: Message,
  { longMessage }: SubmitSettings,
  references: SegmentReferences,
): number {
  return references.referenceOf(message, longMessage === 'udh8' ? 8 : 16);
}
