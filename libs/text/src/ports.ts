// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { SmppTlv } from '@sendium/message';
import type { InformationElement } from './udh.ts';

/** Application ports (3GPP TS 23.040, 9.2.3.24.3 and .4). */
export interface Ports {
  readonly bits: 8 | 16;
  readonly destination: number;
  readonly source: number;
}

/**
 * The element that addresses application ports: 0x04 with 8 bits each, 0x05 with 16.
 * @throws RangeError when a port does not fit
 */
export function portsElement({ bits, destination, source }: Ports): InformationElement {
  const data = Buffer.alloc(bits / 4);
  data.writeUIntBE(destination, 0, bits / 8);
  data.writeUIntBE(source, bits / 8, bits / 8);
  return { id: bits === 8 ? 0x04 : 0x05, data };
}

/** source_port and destination_port (SMPP 3.4, 5.3.2.20 and 21). */
export const portTags = { source: 0x020a, destination: 0x020b } as const;

/** The element that such TLVs amount to; undefined where they name no destination. */
export function portsElementOf(tlvs: readonly SmppTlv[]): InformationElement | undefined {
  const destination = portIn(tlvs, portTags.destination);
  if (destination === undefined) return undefined;
  return portsElement({ bits: 16, destination, source: portIn(tlvs, portTags.source) ?? 0 });
}

function portIn(tlvs: readonly SmppTlv[], tag: number): number | undefined {
  const value = tlvs.find((tlv) => tlv.tag === tag)?.value;
  if (value?.length !== 2) return undefined;
  const [high = 0, low = 0] = value;
  return (high << 8) | low;
}

/** The ports that a header addresses: of several elements the last one counts. */
export function portsOf(elements: readonly InformationElement[]): Ports | undefined {
  const element = elements.findLast(
    ({ id, data }) => (id === 0x04 && data.length === 2) || (id === 0x05 && data.length === 4),
  );
  if (element === undefined) return undefined;
  const [first = 0, second = 0, third = 0, fourth = 0] = element.data;
  return element.id === 0x04
    ? { bits: 8, destination: first, source: second }
    : { bits: 16, destination: (first << 8) | second, source: (third << 8) | fourth };
}
