// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

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
