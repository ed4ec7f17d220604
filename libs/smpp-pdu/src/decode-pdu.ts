// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus as status } from './command-status.ts';
import type { FieldValue } from './fields.ts';
import { readField } from './fields.ts';
import type { CommandName, Pdu } from './pdu.ts';
import { commandNameOf } from './pdu.ts';
import type { CommandSpec } from './pdu-table.ts';
import { pduTable } from './pdu-table.ts';
import { readShortMessageBody, readTlvsAfterText } from './short-message-body.ts';
import { readTlvs } from './tlvs.ts';
import { WireReader } from './wire-reader.ts';

/**
 * Bytes to PDUs. Invariants:
 *
 * 1. Total: any bytes give a PDU or a `MalformedPdu`; nothing is thrown.
 * 2. Bounded: strings are copied, octet strings are views of the frame, and a claimed count or length
 *    allocates nothing before the octets are seen to be there.
 * 3. Requests are read strictly: a message that is not understood in full must not be sent on.
 *    Responses are read leniently: they settle a request, and refusing to understand one would turn a
 *    message that was sent into one that is sent twice. What is cut off in them reads as empty.
 */
export interface MalformedPdu {
  readonly kind: 'malformed';
  /** 0 where the header could not be trusted. */
  readonly commandId: number;
  /** The command_status to answer. */
  readonly commandStatus: number;
  /** 0 where the header could not be trusted. */
  readonly sequenceNumber: number;
  /** What is wrong, for a log: names of fields, never their content. */
  readonly reason: string;
}

/** What `decodePdu` gives. */
export type DecodedPdu = { readonly kind: 'pdu'; readonly pdu: Pdu } | MalformedPdu;

/** How to read what is not as the specification says. */
export interface DecodeOptions {
  /**
   * Takes requests whose TLVs have a wrong length: such a TLV is kept as it came, in `other`, and a
   * last one that is cut off is left out. Off by default: 0xC0 and 0xC2.
   */
  readonly toleratesTlvs?: boolean;
}

/** The octets of a PDU's header. */
export const headerLength = 16;

const reader = new WireReader();

/**
 * Reads one PDU from one frame (SMPP 3.4 part 4, 5.0 part 4): `frame` begins with command_length and
 * is exactly that long, as `PduFramer` cuts it. `shortMessage` and octet TLVs are views of `frame`.
 */
export function decodePdu(frame: Buffer, options?: DecodeOptions): DecodedPdu {
  if (frame.length < headerLength || frame.readUInt32BE(0) !== frame.length) {
    return malformed(0, status.ESME_RINVCMDLEN, 0, 'command_length is not the length of the PDU');
  }
  const commandId = frame.readUInt32BE(4);
  const sequenceNumber = frame.readUInt32BE(12);
  const command = commandNameOf(commandId);
  if (command === undefined) {
    return malformed(commandId, status.ESME_RINVCMDID, sequenceNumber, 'command_id is unknown');
  }
  reader.start(frame, headerLength, commandId >= 0x8000_0000);
  reader.toleratesTlvs = options?.toleratesTlvs === true;
  const pdu = readPdu(command, frame.readUInt32BE(8), sequenceNumber);
  const { fault } = reader;
  if (fault !== undefined) return malformed(commandId, fault.status, sequenceNumber, fault.reason);
  return { kind: 'pdu', pdu };
}

function malformed(
  commandId: number,
  commandStatus: number,
  sequenceNumber: number,
  reason: string,
): MalformedPdu {
  return { kind: 'malformed', commandId, commandStatus, sequenceNumber, reason };
}

function readPdu(command: CommandName, commandStatus: number, sequenceNumber: number): Pdu {
  switch (command) {
    case 'submit_sm':
    case 'deliver_sm':
      return readShortMessageBody(reader, command, commandStatus, sequenceNumber);
    case 'submit_sm_resp':
    case 'deliver_sm_resp':
      return {
        command,
        commandStatus,
        sequenceNumber,
        messageId: reader.cstring(pduTable[command].fields[0]),
        tlvs: readTlvs(reader),
      };
    default:
      return readByTable(command, commandStatus, sequenceNumber);
  }
}

function readByTable(command: CommandName, commandStatus: number, sequenceNumber: number): Pdu {
  const spec: CommandSpec = pduTable[command];
  const fields: Record<string, FieldValue> = {};
  for (const field of spec.fields) fields[field.name] = readField(reader, field);
  const endsInText = spec.fields.at(-1)?.kind === 'octets';
  const tlvs = endsInText ? readTlvsAfterText(reader) : readTlvs(reader);
  return { command, commandStatus, sequenceNumber, ...fields, tlvs } as unknown as Pdu;
}

/** The table's way to read any PDU: what the handwritten ways are tested against. */
export function decodeByTable(frame: Buffer, command: CommandName): Pdu {
  reader.start(frame, headerLength, false);
  return readByTable(command, frame.readUInt32BE(8), frame.readUInt32BE(12));
}
