// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Connector } from '@sendium/configuration';
import { planSubmission, type SubmissionPart } from '@sendium/delivery';
import type { Encoding, Message } from '@sendium/message';
import type { OutgoingRequest } from '@sendium/smpp-link';
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

/** The submit_sm PDUs that carry a message over a connector. */
export function planSubmits(
  message: Message,
  settings: SubmitSettings,
  references: SegmentReferences,
): SubmitPlan {
  const plan = planSubmission(message, settings, (bits) => references.referenceOf(message, bits));
  if (plan.kind === 'unfit') return plan;
  const { encoding, dataCoding, parts, replacedTags } = plan;
  const { fields, tlvs, esmClass } = askedFields(message, settings, replacedTags);
  const base = { command: 'submit_sm', ...fields, dataCoding } as const;
  return {
    kind: 'planned',
    encoding,
    templates: parts.map((part) => {
      const carriage = carriageOf(part, esmClass);
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
  { octets, headerOctets, isPayload, sar }: SubmissionPart,
  esmClass: number,
): Pick<SubmitTemplate, 'esmClass' | 'shortMessage' | 'tlvs'> {
  if (isPayload) return { esmClass, tlvs: { messagePayload: octets } };
  if (headerOctets > 0) {
    return { esmClass: esmClass | userDataHeaderIndicator, shortMessage: octets };
  }
  if (sar === undefined) return { esmClass, shortMessage: octets };
  const { reference, total, sequence } = sar;
  return {
    esmClass,
    shortMessage: octets,
    tlvs: { sarMsgRefNum: reference, sarTotalSegments: total, sarSegmentSeqnum: sequence },
  };
}
