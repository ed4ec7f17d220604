// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

const producerField = 1;
const itemsField = 2;

/**
 * A batch that cannot be decoded as a whole, as batches of one item each, so that a wrong item is wrong
 * alone. All our batches have the same frame: the producer in field 1, the items in field 2. What an item
 * holds is not looked at.
 * @returns undefined when the octets have no such frame, or fewer than two items
 */
export function splitBatch(octets: Uint8Array): readonly Uint8Array[] | undefined {
  try {
    const { producer, items } = readFrame(octets);
    return items.length < 2 ? undefined : items.map((item) => frame(producer, item));
  } catch {
    // The reader's errors are of many kinds, and all mean the same here.
    return undefined;
  }
}

interface Frame {
  readonly producer: Uint8Array;
  readonly items: readonly Uint8Array[];
}

function readFrame(octets: Uint8Array): Frame {
  const reader = new BinaryReader(octets);
  const items: Uint8Array[] = [];
  let producer: Uint8Array = new Uint8Array(0);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const isOurs = wireType === WireType.LengthDelimited;
    if (isOurs && field === producerField) producer = reader.bytes();
    else if (isOurs && field === itemsField) items.push(reader.bytes());
    else reader.skip(wireType);
  }
  return { producer, items };
}

function frame(producer: Uint8Array, item: Uint8Array): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(producerField, WireType.LengthDelimited).bytes(producer);
  return writer.tag(itemsField, WireType.LengthDelimited).bytes(item).finish();
}
