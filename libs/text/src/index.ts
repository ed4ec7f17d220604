// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export { partCapacity, singleCapacity } from './capacity.ts';
export type { LongMessage } from './capacity.ts';
export { encodeCharset, fitsCharset } from './charset.ts';
export type { Charset, CharsetOptions, DefaultAlphabet } from './charset.ts';
export { chooseEncoding } from './choose-encoding.ts';
export type {
  ChooseOptions,
  EncodedChoice,
  EncodingChoice,
  EncodingRefusal,
  TextEncoding,
} from './choose-encoding.ts';
export { concatenationElement, partOfElements, partOfSar } from './concatenation.ts';
export type { PartNumber, SarValues } from './concatenation.ts';
export { clientPartOf } from './client-part.ts';
export { charsetOf } from './data-coding.ts';
export { describeParts } from './describe-parts.ts';
export type { TextDescription } from './describe-parts.ts';
export { decodeText, encodeText } from './encode-text.ts';
export { decodeUserData, joinParts } from './join-parts.ts';
export type { Decoded, Joined, ReceivedPart } from './join-parts.ts';
export type { NationalLanguage, Shift } from './national-language.ts';
export { planBinarySegments } from './plan-binary-segments.ts';
export type { Carriage, Segment, SegmentPlan } from './plan-parts.ts';
export { countSegments, planSegments } from './plan-segments.ts';
export type { SegmentOptions, TextSegment } from './plan-segments.ts';
export { planText } from './plan-text.ts';
export type { PlannedText, TextOptions, TextPlan } from './plan-text.ts';
export { portsElement, portsElementOf, portsOf, portTags } from './ports.ts';
export type { Ports } from './ports.ts';
export type { Replacement } from './smart-encoding.ts';
export { transcode } from './transcode.ts';
export type { PlainAlphabet } from './transcode.ts';
export { buildUdh, maxSegments, parseUdh } from './udh.ts';
export type { Concatenation, InformationElement, ParsedUdh } from './udh.ts';
export type { DecodeOptions, UserData } from './user-data.ts';
