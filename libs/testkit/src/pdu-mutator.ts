// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Gives one mutated PDU after another; the same seed gives the same ones. */
export type PduMutator = () => Buffer;

const headerLength = 16;
const interesting = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xfe, 0xff] as const;
const commandIds = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0b, 0x15, 0x21, 0x102, 0x103, 0x111,
  0x112, 0x113,
] as const;
const tags = [
  0x0005, 0x001d, 0x001e, 0x0204, 0x020c, 0x0210, 0x0302, 0x0381, 0x0423, 0x0424, 0x0427, 0x0428,
  0x0607, 0x130c, 0x1400,
] as const;

type Random = (below: number) => number;
type Mutation = (bytes: Buffer, random: Random, seeds: readonly Buffer[]) => Buffer;

/**
 * Mutates PDUs, for tests of whatever reads them. It knows what a PDU looks like (lengths, NULs, TLVs)
 * but no codec: what it gives is now and then a good PDU, mostly nearly one, and sometimes noise. Its
 * command_length is true, as a framer would cut it, unless `keepsLength` is false: then it may lie.
 */
export function pduMutator(options: {
  readonly seeds: readonly Buffer[];
  readonly seed: number;
  readonly keepsLength?: boolean;
}): PduMutator {
  const random = randomFrom(options.seed);
  const { seeds, keepsLength = true } = options;
  return () => {
    let bytes: Buffer = Buffer.from(pick(seeds, random) ?? Buffer.alloc(headerLength));
    for (let count = 1 + random(3); count > 0; count--) {
      bytes = (pick(mutations, random) ?? flip)(bytes, random, seeds);
    }
    if (bytes.length < headerLength) bytes = Buffer.concat([bytes], headerLength);
    if (keepsLength || random(20) > 0) bytes.writeUInt32BE(bytes.length, 0);
    return bytes;
  };
}

/** A small generator (xorshift32): numbers below what is asked for. */
function randomFrom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e37_79b1) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

function pick<T>(values: readonly T[], random: Random): T | undefined {
  return values[random(values.length)];
}

function spot(bytes: Buffer, random: Random): number {
  return bytes.length > headerLength ? headerLength + random(bytes.length - headerLength) : 0;
}

const flip: Mutation = (bytes, random) => {
  if (bytes.length > 0) bytes[spot(bytes, random)] = random(256);
  return bytes;
};

const setInteresting: Mutation = (bytes, random) => {
  if (bytes.length > 0) bytes[spot(bytes, random)] = pick(interesting, random) ?? 0;
  return bytes;
};

const truncate: Mutation = (bytes, random) => bytes.subarray(0, random(bytes.length + 1));

const insert: Mutation = (bytes, random) => {
  const at = spot(bytes, random);
  const octets = Buffer.alloc(1 + random(random(8) === 0 ? 400 : 24), random(256));
  return Buffer.concat([bytes.subarray(0, at), octets, bytes.subarray(at)]);
};

const remove: Mutation = (bytes, random) => {
  const at = spot(bytes, random);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(16))]);
};

/** The NUL that ends a field goes, or comes too early. */
const moveNul: Mutation = (bytes, random) => {
  const at = bytes.indexOf(0, spot(bytes, random));
  if (at >= headerLength) bytes[at] = 1 + random(255);
  if (random(2) === 0 && bytes.length > headerLength) bytes[spot(bytes, random)] = 0;
  return bytes;
};

const changeCommand: Mutation = (bytes, random) => {
  if (bytes.length < 8) return bytes;
  const id = random(8) === 0 ? random(0x1_0000) : (pick(commandIds, random) ?? 0);
  bytes.writeUInt32BE((random(3) === 0 ? id | 0x8000_0000 : id) >>> 0, 4);
  return bytes;
};

const changeHeader: Mutation = (bytes, random) => {
  if (bytes.length < headerLength) return bytes;
  const at = random(2) === 0 ? 8 : 12;
  bytes.writeUInt32BE(random(0x1_0000) * (random(2) === 0 ? 1 : 0xffff), at);
  return bytes;
};

/** A TLV at the end, its length true or not. */
const appendTlv: Mutation = (bytes, random) => {
  const value = Buffer.alloc(random(random(16) === 0 ? 3_000 : 12), random(256));
  const head = Buffer.alloc(4);
  head.writeUInt16BE(random(4) === 0 ? random(0x1_0000) : (pick(tags, random) ?? 0), 0);
  head.writeUInt16BE(random(4) === 0 ? random(0x1_0000) : value.length, 2);
  return Buffer.concat([bytes, head, value]);
};

/** The beginning of one, the end of another. */
const splice: Mutation = (bytes, random, seeds) => {
  const other = pick(seeds, random) ?? bytes;
  return Buffer.concat([
    bytes.subarray(0, spot(bytes, random)),
    other.subarray(spot(other, random)),
  ]);
};

const noise: Mutation = (bytes, random) => {
  for (let at = headerLength; at < bytes.length; at++) bytes[at] = random(256);
  return bytes;
};

const mutations: readonly Mutation[] = [
  flip,
  flip,
  setInteresting,
  setInteresting,
  truncate,
  insert,
  remove,
  moveNul,
  changeCommand,
  changeHeader,
  appendTlv,
  appendTlv,
  splice,
  noise,
];
