// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundMessage } from '@sendium/contracts';
import { sampleInbound } from '../inbound-stage.fixture.ts';

/** How the parts of a long SMS say that they belong together. */
export type PartMark = 'udh8' | 'udh16' | 'sar';

/** A long SMS as its parts come. */
export interface LongSample {
  readonly text: string;
  readonly reference: number;
  readonly mark?: PartMark;
  /** Characters in a part; default 10. */
  readonly size?: number;
  /** Fields of every part. */
  readonly over?: Partial<InboundMessage>;
}

/** The parts of a long SMS in order, each with an id of its own. */
export function inboundParts(sample: LongSample): readonly InboundMessage[] {
  const { text, reference, mark = 'udh8', size = 10, over = {} } = sample;
  const total = Math.ceil(text.length / size);
  return Array.from({ length: total }, (_, i) => {
    const data = Buffer.from(text.slice(i * size, (i + 1) * size), 'latin1');
    return sampleInbound({ ...over, ...marked(mark, data, [reference, total, i + 1]) });
  });
}

function marked(
  mark: PartMark,
  data: Buffer,
  [reference, total, number]: readonly [number, number, number],
): Pick<InboundMessage, 'esmClass' | 'octets' | 'tlvs'> {
  const [high, low] = [reference >> 8, reference & 0xff];
  switch (mark) {
    case 'udh8':
      return withHeader(Buffer.of(5, 0, 3, low, total, number), data);
    case 'udh16':
      return withHeader(Buffer.of(6, 8, 4, high, low, total, number), data);
    case 'sar': {
      const tlvs = [
        { tag: 0x020c, value: Buffer.of(high, low) },
        { tag: 0x020e, value: Buffer.of(total) },
        { tag: 0x020f, value: Buffer.of(number) },
      ];
      return { esmClass: 0, octets: data, tlvs };
    }
  }
}

function withHeader(header: Buffer, data: Buffer) {
  return { esmClass: 0x40, octets: Buffer.concat([header, data]), tlvs: [] };
}
