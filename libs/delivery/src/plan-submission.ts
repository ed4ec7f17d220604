// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What a connector submits for a message: the one place that settles it, for the connector that sends
 * and for whoever tells beforehand what it will send.
 *
 * W1  An encoding that was asked for is never exchanged for another: such a message is not for this
 *     connector. `auto` takes what its carrier understands.
 * W2  A part that the sender cut itself stays one part, in its header or its sar_* TLVs as it came.
 * W3  Ports are told by the header of each part; so is everything else that holds for every part.
 * W4  Octets under data_coding 0 mean the same to the carrier as to the sender; where both take it for
 *     the same alphabet, they are the same octets.
 */

import type { Encoding, Message, MessageBody, SmppTlv } from '@sendium/message';
import {
  buildUdh,
  clientPartOf,
  concatenationElement,
  encodeCharset,
  fitsCharset,
  planText,
  portsElementOf,
  portTags,
  type DefaultAlphabet,
  type InformationElement,
  type LongMessage,
  type PlannedText,
  type Replacement,
} from '@sendium/text';
import { planOctets } from './plan-octets.ts';
import { toSubmissionPart, type SubmissionPart } from './submission-part.ts';

/** What a connector's settings say about how content is carried. */
export interface CarryingRules {
  readonly longMessage: LongMessage;
  /** What its carrier takes data_coding 0 for. */
  readonly defaultAlphabet: DefaultAlphabet;
  /** Whether its carrier understands TLVs. */
  readonly hasTlvs: boolean;
}

/** The parts of a message, one submit_sm each. */
export interface PlannedSubmission {
  readonly kind: 'planned';
  readonly encoding: Encoding;
  readonly dataCoding: number;
  /** Septets, octets or UTF-16 units of the whole, headers not counted. */
  readonly units: number;
  /** What smart encoding changed; empty but where a body that asks for it is planned. */
  readonly replacements: readonly Replacement[];
  readonly parts: readonly SubmissionPart[];
  /** TLVs of the message whose place the headers have taken. */
  readonly replacedTags: readonly number[];
}

/** Why a connector cannot carry a message, whatever it does. */
export type UnfitReason =
  /** The encoding asked for lacks a character, or the carrier lacks the encoding. */
  | 'not_encodable'
  | 'too_many_segments'
  /** What must stay one part exceeds it. */
  | 'not_divisible';

export type SubmissionPlan =
  PlannedSubmission | { readonly kind: 'unfit'; readonly reason: UnfitReason };

/** What planning looks at. */
export type SubmittedMessage = Pick<Message, 'body' | 'smpp' | 'maxSegments'>;

/**
 * Plans a message over a connector.
 * @param referenceOf gives the reference of the message's parts, of so many bits; asked only when
 *   there are several
 */
export function planSubmission(
  message: SubmittedMessage,
  rules: CarryingRules,
  referenceOf: (bits: 8 | 16) => number,
): SubmissionPlan {
  const carrying = carryingOf(message, rules);
  const reference = (): number => referenceOf(rules.longMessage === 'udh8' ? 8 : 16);
  const { body } = message;
  const plan =
    body.kind === 'text'
      ? planTextBody(body, { carrying, rules, reference })
      : planBinaryBody(body, { carrying, rules, reference });
  if (plan.kind === 'unfit') return plan;
  const [first, second] = plan.parts;
  if (plan.parts.length > message.maxSegments) return unfit('too_many_segments');
  const isPart = carrying.kind === 'part';
  if (isPart && (second !== undefined || first?.isPayload === true)) return unfit('not_divisible');
  return plan;
}

/** What the headers have to say for the message. */
interface Carrying {
  /** A part that its sender cut, or a message that may be cut. */
  readonly kind: 'part' | 'whole';
  readonly elements: readonly InformationElement[];
  readonly replacedTags: readonly number[];
}

interface PlanContext {
  readonly carrying: Carrying;
  readonly rules: CarryingRules;
  readonly reference: () => number;
}

const nothing: readonly never[] = Object.freeze([]);
const noFields: { readonly tlvs: readonly SmppTlv[] } = { tlvs: nothing };
const whole: Carrying = { kind: 'whole', elements: nothing, replacedTags: nothing };
const sarTags: readonly number[] = [0x020c, 0x020e, 0x020f];

function carryingOf(message: SubmittedMessage, { hasTlvs }: CarryingRules): Carrying {
  const { body, smpp: { tlvs } = noFields } = message;
  const hasOwnHeader = body.kind === 'binary' && body.udh.length > 0;
  if (!hasOwnHeader && tlvs.length === 0) return whole;
  const part = clientPartOf(message);
  if (part !== undefined) {
    return hasOwnHeader || hasTlvs
      ? { ...whole, kind: 'part' }
      : { kind: 'part', elements: [concatenationElement(part)], replacedTags: sarTags };
  }
  const ports = hasOwnHeader ? undefined : portsElementOf(tlvs);
  if (ports === undefined) return whole;
  return { kind: 'whole', elements: [ports], replacedTags: Object.values(portTags) };
}

function unfit(reason: UnfitReason): SubmissionPlan {
  return { kind: 'unfit', reason };
}

function planTextBody(
  body: MessageBody & { readonly kind: 'text' },
  { carrying, rules, reference }: PlanContext,
): SubmissionPlan {
  const { elements, replacedTags, kind } = carrying;
  const plan = planText(body.text, {
    encoding: body.encoding,
    // Tables take a header, which does not go with sar_* TLVs.
    languages: kind === 'part' ? nothing : (body.languages ?? nothing),
    isFlash: body.flash,
    defaultAlphabet: rules.defaultAlphabet,
    longMessage: rules.longMessage,
    elements,
    reference,
  });
  if (plan.kind === 'refused') return unfit('not_encodable');
  if (plan.kind === 'too_many_segments') return unfit('too_many_segments');
  const asGiven = elements.length === 0 ? asTheSenderGaveIt(body, plan, rules) : undefined;
  if (asGiven !== undefined) return asGiven;
  const { encoding, dataCoding, units, replacements, segments } = plan;
  if (body.encoding !== 'auto' && encoding !== body.encoding) return unfit('not_encodable');
  const parts = segments.map(toSubmissionPart);
  return { kind: 'planned', encoding, dataCoding, units, replacements, parts, replacedTags };
}

/** User data of one short message (3GPP TS 23.040). */
const userDataOctets = 140;

/**
 * W4 for a text of one part that GSM-7 lacks: by itself it would go out in UCS-2. What such a carrier
 * makes of it on the air is its own affair, as if the sender were its client.
 */
function asTheSenderGaveIt(
  { alphabet }: MessageBody & { readonly kind: 'text' },
  { text, encoding, units, replacements, segments, dataCoding }: PlannedText,
  { defaultAlphabet }: CarryingRules,
): PlannedSubmission | undefined {
  if (alphabet === undefined || alphabet !== defaultAlphabet || dataCoding === 0) return undefined;
  if (!fitsCharset(text, alphabet)) return undefined;
  const octets = encodeCharset(text, alphabet);
  if (octets.length > userDataOctets && segments.length > 1) return undefined;
  const part = { text, units, octets, headerOctets: 0, isPayload: false };
  return {
    ...{
      kind: 'planned',
      dataCoding: 0,
      units,
      replacements,
      parts: [part],
      replacedTags: nothing,
    },
    encoding: alphabet === 'latin1' ? 'latin1' : encoding,
  };
}

function planBinaryBody(
  body: MessageBody & { readonly kind: 'binary' },
  { carrying, rules, reference }: PlanContext,
): SubmissionPlan {
  const { elements, replacedTags } = carrying;
  const udh = elements.length === 0 ? body.udh : buildUdh(elements);
  const plan = planOctets({ ...body, udh }, rules, reference);
  if (plan.kind === 'unfit') return plan;
  const { dataCoding, segments } = plan;
  const parts = segments.map((segment) =>
    toSubmissionPart({ ...segment, units: segment.octets.length }),
  );
  const planned = { kind: 'planned', encoding: 'binary', dataCoding, parts, replacedTags } as const;
  return { ...planned, units: body.data.length, replacements: nothing };
}
