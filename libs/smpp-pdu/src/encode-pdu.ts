// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { headerLength } from './decode-pdu.ts';
import type { FieldValue } from './fields.ts';
import { lengthOfField, writeField } from './fields.ts';
import type { PduInput } from './pdu.ts';
import type { CommandSpec } from './pdu-table.ts';
import { pduTable } from './pdu-table.ts';
import { lengthOfShortMessageBody, writeShortMessageBody } from './short-message-body.ts';
import { lengthOfTlvs, writeTlvs } from './tlvs.ts';
import { WireWriter } from './wire-writer.ts';

type AnyFields = Readonly<Partial<Record<string, FieldValue>>>;

/**
 * Writes one PDU (SMPP 3.4 part 4). A response with a status other than ESME_ROK and no field of its
 * own is the bare header, as the specification has it for refused binds and submits.
 * Throws `PduEncodeError` when a value does not fit its field.
 */
export function encodePdu(pdu: PduInput): Buffer {
  const bytes = Buffer.allocUnsafe(lengthOfPdu(pdu));
  writePdu(pdu, bytes, 0);
  return bytes;
}

/** Writes several PDUs into one buffer, for one write to the socket. Throws as `encodePdu`. */
export function encodePdus(pdus: readonly PduInput[]): Buffer {
  let length = 0;
  for (const pdu of pdus) length += lengthOfPdu(pdu);
  const bytes = Buffer.allocUnsafe(length);
  let offset = 0;
  for (const pdu of pdus) offset = writePdu(pdu, bytes, offset);
  return bytes;
}

/** The exact length of a PDU on the wire, in octets. */
export function lengthOfPdu(pdu: PduInput): number {
  const body = isBareHeader(pdu) ? 0 : lengthOfBody(pdu) + lengthOfTlvs(pdu.tlvs);
  return headerLength + body;
}

const writer = new WireWriter(Buffer.alloc(0), 0);

/**
 * Writes one PDU into `bytes` at `offset` and returns the offset behind it; there must be room for
 * `lengthOfPdu(pdu)` octets. Throws `PduEncodeError`; what was written by then means nothing.
 */
export function writePdu(pdu: PduInput, bytes: Buffer, offset: number): number {
  const { commandStatus = 0, sequenceNumber = 0 } = pdu;
  writer.bytes = bytes;
  writer.offset = offset + 4;
  writer.uint32(pduTable[pdu.command].id, 'command');
  writer.uint32(commandStatus, 'commandStatus');
  writer.uint32(sequenceNumber, 'sequenceNumber');
  if (!isBareHeader(pdu)) {
    writeBody(pdu);
    writeTlvs(writer, pdu.tlvs);
  }
  const end = writer.offset;
  writer.offset = offset;
  writer.uint32(end - offset, 'commandLength');
  return end;
}

function isBareHeader(pdu: PduInput): boolean {
  if (pdu.commandStatus === undefined || pdu.commandStatus === 0) return false;
  const spec: CommandSpec = pduTable[pdu.command];
  if (spec.id < 0x8000_0000 || lengthOfTlvs(pdu.tlvs) > 0) return false;
  const fields = pdu as unknown as AnyFields;
  return spec.fields.every(({ name }) => isEmpty(fields[name]));
}

function isEmpty(value: FieldValue | undefined): boolean {
  if (value === undefined || value === 0) return true;
  return typeof value !== 'number' && value.length === 0;
}

function lengthOfBody(pdu: PduInput): number {
  if (pdu.command === 'submit_sm' || pdu.command === 'deliver_sm') {
    return lengthOfShortMessageBody(pdu);
  }
  const spec: CommandSpec = pduTable[pdu.command];
  const fields = pdu as unknown as AnyFields;
  let length = 0;
  for (const field of spec.fields) length += lengthOfField(field, fields[field.name]);
  return length;
}

function writeBody(pdu: PduInput): void {
  if (pdu.command === 'submit_sm' || pdu.command === 'deliver_sm') {
    writeShortMessageBody(writer, pdu);
    return;
  }
  writeByTable(writer, pdu);
}

function writeByTable(target: WireWriter, pdu: PduInput): void {
  const spec: CommandSpec = pduTable[pdu.command];
  const fields = pdu as unknown as AnyFields;
  for (const field of spec.fields) writeField(target, field, fields[field.name]);
}

/** The table's way to write a body: what the handwritten way is tested against. */
export function encodeBodyByTable(pdu: PduInput, length: number): Buffer {
  const target = new WireWriter(Buffer.alloc(length), 0);
  writeByTable(target, pdu);
  return target.bytes.subarray(0, target.offset);
}
