// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { readLast, storeFirst, type Bus } from '@sendium/bus';
import { streams, subjects } from '@sendium/contracts';
import type { Claim, Shelf, StoredPart } from './judge-shelf.ts';

/** Where parts lie, by group and number. */
export interface PartStore {
  /** Resolves when this or another part lies durably in the place. */
  put(group: string, number: number, part: Omit<StoredPart, 'sequence'>): Promise<void>;
  /** Resolves when this or another claim is durable. */
  claim(group: string, by: string): Promise<void>;
  /** What lies there; in a cluster it may be what lay there a moment ago. */
  read(group: string): Promise<Shelf>;
}

const idHeader = 'Sendium-Part-Id';

/** The stream of parts. */
export function createPartStore(bus: Bus): PartStore {
  return {
    put: async (group, number, { id, octets }) => {
      const subject = subjects.part(group, number);
      await storeFirst(bus, { subject, octets, headers: { [idHeader]: id } });
    },
    claim: async (group, by) => {
      await storeFirst(bus, { subject: subjects.part(group, 'claim'), octets: Buffer.from(by) });
    },
    read: (group) => readShelf(bus, group),
  };
}

async function readShelf(bus: Bus, group: string): Promise<Shelf> {
  const { messages } = await readLast(bus, streams.parts, subjects.partsOf(group));
  const parts = new Map<number, StoredPart>();
  let claim: Claim | undefined;
  for (const { subject, sequence, octets, header } of messages) {
    const token = subject.slice(subject.lastIndexOf('.') + 1);
    if (token === 'claim') claim = { by: Buffer.from(octets).toString(), sequence };
    else parts.set(Number(token), { id: header(idHeader), sequence, octets });
  }
  return { parts, ...(claim === undefined ? {} : { claim }) };
}
