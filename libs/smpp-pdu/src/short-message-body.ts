// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { PduInput, PduOf } from './pdu.ts';
import { pduTable } from './pdu-table.ts';
import { noTlvs, readTlvs } from './tlvs.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/**
 * The body of submit_sm and deliver_sm, written out by hand: these two are nearly all traffic, and
 * properties set by name one after another cost several times as much as one object literal. The
 * table stays the truth: a test holds both ways of reading and writing against each other.
 */
export type ShortMessagePdu = PduOf<'submit_sm'> | PduOf<'deliver_sm'>;
type ShortMessageInput = PduInput<'submit_sm'> | PduInput<'deliver_sm'>;

const [
  serviceType,
  sourceAddrTon,
  sourceAddrNpi,
  sourceAddr,
  destAddrTon,
  destAddrNpi,
  destinationAddr,
  esmClass,
  protocolId,
  priorityFlag,
  scheduleDeliveryTime,
  validityPeriod,
  registeredDelivery,
  replaceIfPresentFlag,
  dataCoding,
  smDefaultMsgId,
  shortMessage,
] = pduTable.submit_sm.fields;

/** Reads the body behind the header. */
export function readShortMessageBody(
  reader: WireReader,
  command: 'submit_sm' | 'deliver_sm',
  commandStatus: number,
  sequenceNumber: number,
): ShortMessagePdu {
  // Property initialisers run in order: this is the order of the wire.
  return {
    command,
    commandStatus,
    sequenceNumber,
    serviceType: reader.cstring(serviceType),
    sourceAddrTon: reader.uint8(sourceAddrTon),
    sourceAddrNpi: reader.uint8(sourceAddrNpi),
    sourceAddr: reader.cstring(sourceAddr),
    destAddrTon: reader.uint8(destAddrTon),
    destAddrNpi: reader.uint8(destAddrNpi),
    destinationAddr: reader.cstring(destinationAddr),
    esmClass: reader.uint8(esmClass),
    protocolId: reader.uint8(protocolId),
    priorityFlag: reader.uint8(priorityFlag),
    scheduleDeliveryTime: reader.cstring(scheduleDeliveryTime),
    validityPeriod: reader.cstring(validityPeriod),
    registeredDelivery: reader.uint8(registeredDelivery),
    replaceIfPresentFlag: reader.uint8(replaceIfPresentFlag),
    dataCoding: reader.uint8(dataCoding),
    smDefaultMsgId: reader.uint8(smDefaultMsgId),
    shortMessage: reader.octets(shortMessage),
    tlvs: readTlvsAfterText(reader),
  };
}

/** TLVs behind short_message; some peers close the text with one NUL that sm_length does not count. */
export function readTlvsAfterText(reader: WireReader): ShortMessagePdu['tlvs'] {
  const left = reader.end - reader.offset;
  if (left === 0) return noTlvs;
  if (left === 1 && reader.bytes[reader.offset] === 0) {
    reader.offset = reader.end;
    return noTlvs;
  }
  return readTlvs(reader);
}

const fixedLength = 12 + 5;

/** The octets of the mandatory fields. */
export function lengthOfShortMessageBody(pdu: ShortMessageInput): number {
  return (
    fixedLength +
    lengthOf(pdu.serviceType) +
    lengthOf(pdu.sourceAddr) +
    lengthOf(pdu.destinationAddr) +
    lengthOf(pdu.scheduleDeliveryTime) +
    lengthOf(pdu.validityPeriod) +
    (pdu.shortMessage === undefined ? 0 : pdu.shortMessage.length)
  );
}

function lengthOf(text: string | undefined): number {
  return text === undefined ? 0 : text.length;
}

/** Writes the mandatory fields. */
export function writeShortMessageBody(writer: WireWriter, pdu: ShortMessageInput): void {
  writer.cstring(pdu.serviceType, serviceType);
  writer.uint8(pdu.sourceAddrTon, sourceAddrTon.name);
  writer.uint8(pdu.sourceAddrNpi, sourceAddrNpi.name);
  writer.cstring(pdu.sourceAddr, sourceAddr);
  writer.uint8(pdu.destAddrTon, destAddrTon.name);
  writer.uint8(pdu.destAddrNpi, destAddrNpi.name);
  writer.cstring(pdu.destinationAddr, destinationAddr);
  writer.uint8(pdu.esmClass, esmClass.name);
  writer.uint8(pdu.protocolId, protocolId.name);
  writer.uint8(pdu.priorityFlag, priorityFlag.name);
  writer.cstring(pdu.scheduleDeliveryTime, scheduleDeliveryTime);
  writer.cstring(pdu.validityPeriod, validityPeriod);
  writer.uint8(pdu.registeredDelivery, registeredDelivery.name);
  writer.uint8(pdu.replaceIfPresentFlag, replaceIfPresentFlag.name);
  writer.uint8(pdu.dataCoding, dataCoding.name);
  writer.uint8(pdu.smDefaultMsgId, smDefaultMsgId.name);
  writer.octets(pdu.shortMessage, shortMessage);
}
