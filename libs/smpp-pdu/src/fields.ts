// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus } from './command-status.ts';
import type { Destination, UnsuccessfulDestination } from './pdu.ts';
import type { FieldSpec } from './pdu-table.ts';
import { PduEncodeError } from './pdu-encode-error.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/** The value of a mandatory field; which of them follows from the field's kind. */
export type FieldValue =
  number | string | Buffer | readonly Destination[] | readonly UnsuccessfulDestination[];

const ton = { name: 'destAddrTon', max: 1, status: commandStatus.ESME_RINVDSTTON };
const npi = { name: 'destAddrNpi', max: 1, status: commandStatus.ESME_RINVDSTNPI };
const address = { name: 'destinationAddr', max: 21, status: commandStatus.ESME_RINVDSTADR };
const listName = { name: 'dlName', max: 21, status: commandStatus.ESME_RINVDLNAME };
const flag = { name: 'destFlag', max: 1, status: commandStatus.ESME_RINVDESTFLAG };
const errorCode = { name: 'errorStatusCode', max: 4, status: commandStatus.ESME_RINVCMDLEN };

/** Reads one mandatory field at the cursor. */
export function readField(reader: WireReader, field: FieldSpec): FieldValue {
  switch (field.kind) {
    case 'uint8':
      return reader.uint8(field);
    case 'cstring':
      return reader.cstring(field);
    case 'octets':
      return reader.octets(field);
    case 'destinations':
      return readMany(reader, field, readDestination);
    case 'unsuccessful':
      return readMany(reader, field, readUnsuccessful);
  }
}

/** The octets a field takes on the wire. */
export function lengthOfField(field: FieldSpec, value: FieldValue | undefined): number {
  if (field.kind === 'uint8' || value === undefined) return 1;
  if (field.kind === 'cstring' || field.kind === 'octets') {
    return (value as string | Buffer).length + 1;
  }
  let length = 1;
  for (const one of value as readonly (Destination | UnsuccessfulDestination)[]) {
    if (!('kind' in one)) length += one.destinationAddr.length + 7;
    else length += one.kind === 'list' ? one.dlName.length + 2 : one.destinationAddr.length + 4;
  }
  return length;
}

/** Writes one mandatory field at the cursor. */
export function writeField(
  writer: WireWriter,
  field: FieldSpec,
  value: FieldValue | undefined,
): void {
  switch (field.kind) {
    case 'uint8':
      writer.uint8(value as number | undefined, field.name);
      break;
    case 'cstring':
      writer.cstring(value as string | undefined, field);
      break;
    case 'octets':
      writer.octets(value as Buffer | undefined, field);
      break;
    case 'destinations':
      writeMany(writer, field, value as readonly Destination[] | undefined, writeDestination);
      break;
    case 'unsuccessful':
      writeMany(
        writer,
        field,
        value as readonly UnsuccessfulDestination[] | undefined,
        writeUnsuccessful,
      );
  }
}

function readMany<T>(
  reader: WireReader,
  field: FieldSpec,
  readOne: (reader: WireReader) => T,
): readonly T[] {
  const values: T[] = [];
  for (let left = reader.uint8(field); left > 0; left--) {
    if (reader.offset >= reader.end) {
      if (!reader.isLenient) reader.fail(field.status, `${field.name} has fewer than it says`);
      break;
    }
    values.push(readOne(reader));
  }
  return values;
}

function readDestination(reader: WireReader): Destination {
  const kind = reader.uint8(flag);
  if (kind === 2) return { kind: 'list', dlName: reader.cstring(listName) };
  if (kind !== 1) reader.fail(flag.status, 'destFlag is neither 1 nor 2');
  return {
    kind: 'address',
    destAddrTon: reader.uint8(ton),
    destAddrNpi: reader.uint8(npi),
    destinationAddr: reader.cstring(address),
  };
}

function readUnsuccessful(reader: WireReader): UnsuccessfulDestination {
  return {
    destAddrTon: reader.uint8(ton),
    destAddrNpi: reader.uint8(npi),
    destinationAddr: reader.cstring(address),
    errorStatusCode: reader.uint32(errorCode),
  };
}

function writeMany<T>(
  writer: WireWriter,
  field: FieldSpec,
  values: readonly T[] | undefined,
  writeOne: (writer: WireWriter, value: T) => void,
): void {
  const count = values?.length ?? 0;
  if (count > field.max) throw new PduEncodeError(field.name, 'has too many entries');
  writer.uint8(count, field.name);
  for (const value of values ?? []) writeOne(writer, value);
}

function writeDestination(writer: WireWriter, value: Destination): void {
  if (value.kind === 'list') {
    writer.uint8(2, flag.name);
    writer.cstring(value.dlName, listName);
    return;
  }
  writer.uint8(1, flag.name);
  writer.uint8(value.destAddrTon, ton.name);
  writer.uint8(value.destAddrNpi, npi.name);
  writer.cstring(value.destinationAddr, address);
}

function writeUnsuccessful(writer: WireWriter, value: UnsuccessfulDestination): void {
  writer.uint8(value.destAddrTon, ton.name);
  writer.uint8(value.destAddrNpi, npi.name);
  writer.cstring(value.destinationAddr, address);
  writer.uint32(value.errorStatusCode, errorCode.name);
}
