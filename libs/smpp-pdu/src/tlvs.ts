// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus } from './command-status.ts';
import { PduEncodeError } from './pdu-encode-error.ts';
import type { OpaqueTlv, TlvName, Tlvs, TlvSpec } from './tlv-table.ts';
import { tlvTable } from './tlv-table.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

type TlvValue = number | string | Buffer;
type Known = TlvSpec & { readonly name: TlvName; readonly repeated?: boolean };
type Gathered = Partial<Record<string, TlvValue | TlvValue[] | OpaqueTlv[]>>;

const known = new Map<number, Known>(
  Object.entries(tlvTable).map(([name, spec]) => [spec.tag, { ...spec, name: name as TlvName }]),
);
const byName: Readonly<Partial<Record<string, Known>>> = Object.fromEntries(
  [...known.values()].map((spec) => [spec.name, spec]),
);

const headerLength = 4;
/** What a PDU without TLVs has: one shared value. */
export const noTlvs: Tlvs = Object.freeze({});

/**
 * Reads TLVs to the end of the PDU. Unknown tags are kept as they came. Of a TLV that may stand once,
 * the last one counts.
 */
export function readTlvs(reader: WireReader): Tlvs {
  if (reader.offset === reader.end) return noTlvs;
  const gathered: Gathered = {};
  while (reader.offset < reader.end) {
    const from = reader.offset + headerLength;
    const tag = from <= reader.end ? reader.bytes.readUInt16BE(from - 4) : 0;
    const to = from <= reader.end ? from + reader.bytes.readUInt16BE(from - 2) : Infinity;
    if (to > reader.end) {
      cutOff(reader);
      break;
    }
    reader.offset = to;
    gather(gathered, tag, reader.bytes.subarray(from, to), reader);
  }
  return gathered;
}

function cutOff(reader: WireReader): void {
  if (reader.isLenient || reader.toleratesTlvs) reader.offset = reader.end;
  else reader.fail(commandStatus.ESME_RINVTLVSTREAM, 'the optional parameters are cut off');
}

function gather(gathered: Gathered, tag: number, raw: Buffer, reader: WireReader): void {
  const spec = known.get(tag);
  const value = spec === undefined ? undefined : valueOf(spec, raw);
  if (spec === undefined || (value === undefined && reader.toleratesTlvs)) {
    ((gathered['other'] ??= []) as OpaqueTlv[]).push({ tag, value: raw });
  } else if (value === undefined) {
    if (!reader.isLenient) {
      reader.fail(commandStatus.ESME_RINVTLVLEN, `${spec.name} has a wrong length`);
    }
  } else if (spec.repeated === true) ((gathered[spec.name] ??= []) as TlvValue[]).push(value);
  else gathered[spec.name] = value;
}

function valueOf(spec: Known, raw: Buffer): TlvValue | undefined {
  if (spec.kind === 'octets') {
    return raw.length < spec.min || raw.length > spec.max ? undefined : raw;
  }
  if (spec.kind === 'uint') {
    if (raw.length < spec.min || raw.length > spec.size) return undefined;
    return raw.length === 0 ? 0 : raw.readUIntBE(0, raw.length);
  }
  // Many peers leave the NUL out; some pad with more than one.
  const nul = raw.indexOf(0);
  const end = nul === -1 ? raw.length : nul;
  return end >= spec.max ? undefined : raw.toString('latin1', 0, end);
}

/** The octets these TLVs take on the wire. */
export function lengthOfTlvs(tlvs: Tlvs | undefined): number {
  if (tlvs === undefined || tlvs === noTlvs) return 0;
  let length = 0;
  forEachTlv(tlvs, (spec, value) => {
    length += headerLength + sizeOf(spec, value);
  });
  return length;
}

/** Writes TLVs in the order of their properties, unknown ones where `other` stands. */
export function writeTlvs(writer: WireWriter, tlvs: Tlvs | undefined): void {
  if (tlvs === undefined || tlvs === noTlvs) return;
  forEachTlv(tlvs, (spec, value) => {
    const size = sizeOf(spec, value);
    writer.uint16(spec.tag, spec.name);
    writer.uint16(size, spec.name);
    writeValue(writer, spec, value);
  });
}

type Written = TlvSpec & { readonly name: string };

function forEachTlv(tlvs: Tlvs, visit: (spec: Written, value: TlvValue) => void): void {
  for (const [name, value] of Object.entries(tlvs)) {
    const spec = byName[name];
    if (name === 'other') {
      for (const { tag, value: raw } of value as readonly OpaqueTlv[]) {
        visit({ tag, kind: 'octets', min: 0, max: 0xffff, name }, raw);
      }
    } else if (spec === undefined) throw new PduEncodeError(name, 'is no TLV');
    else if (spec.repeated === true) for (const one of value as TlvValue[]) visit(spec, one);
    else visit(spec, value as TlvValue);
  }
}

function sizeOf(spec: TlvSpec, value: TlvValue): number {
  if (spec.kind === 'uint') return spec.size;
  return spec.kind === 'cstring' ? (value as string).length + 1 : (value as Buffer).length;
}

function writeValue(writer: WireWriter, spec: Written, value: TlvValue): void {
  if (spec.kind === 'uint') {
    if (spec.size === 1) writer.uint8(value as number, spec.name);
    else if (spec.size === 2) writer.uint16(value as number, spec.name);
    else writer.uint32(value as number, spec.name);
  } else if (spec.kind === 'cstring') {
    writer.cstring(value as string, { name: spec.name, max: spec.max, status: 0 });
  } else {
    const raw = value as Buffer;
    const fits = raw.length >= spec.min && raw.length <= spec.max;
    if (!fits) throw new PduEncodeError(spec.name, 'has a wrong length');
    writer.raw(raw);
  }
}
