// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { MessageBody } from '@sendium/message';
import { charsetOf, planBinarySegments, transcode, type Segment } from '@sendium/text';
import type { CarryingRules, UnfitReason } from './plan-submission.ts';

/** Octets ready to be sent. */
export type OctetsPlan =
  | {
      readonly kind: 'planned';
      readonly dataCoding: number;
      readonly segments: readonly Segment[];
    }
  | { readonly kind: 'unfit'; readonly reason: UnfitReason };

type Octets = MessageBody & { readonly kind: 'binary' };

const unicode = 0x08;
/** User data of one short message (3GPP TS 23.040). */
const userDataOctets = 140;

/**
 * Octets as they came; written anew only where the carrier takes their data_coding for another
 * alphabet than their sender does.
 */
export function planOctets(
  body: Octets,
  { longMessage, defaultAlphabet }: CarryingRules,
  reference: () => number,
): OctetsPlan {
  const { dataCoding, alphabet } = body;
  const plan = planBinarySegments(body, { longMessage, reference });
  if (plan.kind === 'too_many_segments') return { kind: 'unfit', reason: 'too_many_segments' };
  if (plan.kind === 'not_divisible') return { kind: 'unfit', reason: 'not_divisible' };
  const { segments } = plan;
  const asTheyCame: OctetsPlan = { kind: 'planned', dataCoding, segments };
  if (alphabet === undefined) return asTheyCame;
  const from = charsetOf(dataCoding, alphabet);
  const to = charsetOf(dataCoding, defaultAlphabet);
  if (from === to || from === 'binary' || to === 'binary') return asTheyCame;
  // The sender's alphabets are none of these: they are not said by data_coding 0 or a class of GSM-7.
  if (from === 'ucs2' || from === 'gsm7_packed') return asTheyCame;
  const anew = segments.map((segment) =>
    write(segment, (octets, udh) => transcode(octets, from, to, udh)),
  );
  if (anew.every((segment) => segment !== undefined)) {
    return { kind: 'planned', dataCoding, segments: anew };
  }
  const inUnicode = segments.map((segment) =>
    write(segment, (octets, udh) => {
      const written = transcode(octets, from, 'ucs2', udh);
      return (written?.length ?? Infinity) + udh.length > userDataOctets ? undefined : written;
    }),
  );
  return inUnicode.every((segment) => segment !== undefined)
    ? { kind: 'planned', dataCoding: unicode, segments: inUnicode }
    : { kind: 'unfit', reason: 'not_encodable' };
}

const noHeader = Buffer.alloc(0);

function write(
  segment: Segment,
  how: (octets: Buffer, udh: Buffer) => Buffer | undefined,
): Segment | undefined {
  const { carriage } = segment;
  const octets = how(segment.octets, carriage.kind === 'udh' ? carriage.udh : noHeader);
  return octets === undefined ? undefined : { ...segment, octets };
}
