// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export { partCapacity, singleCapacity } from './capacity.ts';
export type { LongMessage } from './capacity.ts';
export { chooseEncoding } from './choose-encoding.ts';
export type {
  EncodedChoice,
  EncodingChoice,
  EncodingRefusal,
  TextEncoding,
} from './choose-encoding.ts';
export { decodeText, encodeText } from './encode-text.ts';
export { planBinarySegments } from './plan-binary-segments.ts';
export { countSegments, planSegments } from './plan-segments.ts';
export type { Carriage, Segment, SegmentOptions, SegmentPlan } from './plan-segments.ts';
export { maxSegments } from './udh.ts';
export type { Concatenation } from './udh.ts';
