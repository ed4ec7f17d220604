// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { sampleMessage } from '@sendium/backbone';
import type { Message, SmppFields } from '@sendium/message';

/** How a client has cut a message. */
export interface CutSample {
  /** Of each part, without headers. */
  readonly data: readonly Uint8Array[];
  readonly reference: number;
  readonly mark?: 'udh8' | 'udh16' | 'sar';
  readonly dataCoding?: number;
  /** More elements of each part's header, as octets. */
  readonly elements?: Uint8Array;
  /** Fields of every part. */
  readonly over?: Partial<Message>;
}

const address = (value: string) => ({ ton: 1, npi: 1, value });

/** The parts as ingress-smpp accepts them of an account that has its parts joined. */
export function clientParts(sample: CutSample): readonly Message[] {
  const { data, reference, mark = 'udh8', dataCoding = 0, over = {} } = sample;
  const elements = sample.elements ?? new Uint8Array(0);
  return data.map((octets, index) => {
    const place: Place = [reference, data.length, index + 1];
    const udh = mark === 'sar' ? Buffer.alloc(0) : headerOf(mark, place, elements);
    const smpp: SmppFields = {
      ...{ serviceType: 'CMT', esmClass: udh.length > 0 ? 0x40 : 0, protocolId: 0 },
      ...{ priorityFlag: 0, dataCoding, source: address('4477001'), destination: address('49170') },
      tlvs: [{ tag: 0x1400, value: Buffer.of(1) }, ...(mark === 'sar' ? sarOf(place) : [])],
      join: true,
    };
    return sampleMessage({
      body: { kind: 'binary', data: Buffer.from(octets), udh, dataCoding, protocolId: 0 },
      ...{ encoding: 'binary', registeredDelivery: 0, smpp },
      origin: { ingress: 'smpp', session: 'client-1' },
      ...over,
    });
  });
}

type Place = readonly [reference: number, total: number, number: number];

function headerOf(mark: 'udh8' | 'udh16', place: Place, elements: Uint8Array): Buffer {
  const [reference, total, number] = place;
  const own =
    mark === 'udh8'
      ? Buffer.of(0, 3, reference & 0xff, total, number)
      : Buffer.of(8, 4, reference >> 8, reference & 0xff, total, number);
  return Buffer.concat([Buffer.of(own.length + elements.length), own, elements]);
}

function sarOf([reference, total, number]: Place): SmppFields['tlvs'] {
  return [
    { tag: 0x020c, value: Buffer.of(reference >> 8, reference & 0xff) },
    { tag: 0x020e, value: Buffer.of(total) },
    { tag: 0x020f, value: Buffer.of(number) },
  ];
}

/** Octets in pieces of so many. */
export function inPieces(octets: Uint8Array, size: number): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(octets.length / size) }, (_, i) =>
    octets.subarray(i * size, (i + 1) * size),
  );
}
