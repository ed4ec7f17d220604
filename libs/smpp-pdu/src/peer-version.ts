// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus as status } from './command-status.ts';
import type { PduInput } from './pdu.ts';
import { PduEncodeError } from './pdu-encode-error.ts';
import type { Tlvs } from './tlv-table.ts';

/**
 * What a peer of an older version can be given (SMPP 3.4, 3.4 and 5.0, 2.8): nothing that it was never
 * told of. `interfaceVersion` is the octet of its bind: 0x00-0x33 is 3.3 or before, 0x34 is 3.4, 0x50
 * is 5.0; what lies between counts as the lower one.
 */
const smpp34 = 0x34;
const smpp50 = 0x50;

/** Whether a peer knows TLVs at all. */
export function knowsTlvs(interfaceVersion: number): boolean {
  return interfaceVersion >= smpp34;
}

/** Whether a peer knows what SMPP 5.0 added: its statuses, congestion_state. */
export function knowsSmpp50(interfaceVersion: number): boolean {
  return interfaceVersion >= smpp50;
}

/** The longest message_id a peer can keep, in characters. */
export function maxMessageIdLength(interfaceVersion: number): number {
  return knowsTlvs(interfaceVersion) ? 64 : 8;
}

// Transient: try again later. Permanent: the field's own status where 3.4 has one.
const older: Readonly<Partial<Record<number, number>>> = {
  [status.ESME_RSERTYPUNAUTH]: status.ESME_RINVSERTYP,
  [status.ESME_RSERTYPUNAVAIL]: status.ESME_RSYSERR,
  [status.ESME_RSERTYPDENIED]: status.ESME_RINVSERTYP,
  [status.ESME_RINVSRCADDRSUBUNIT]: status.ESME_RINVSRCADR,
  [status.ESME_RINVDSTADDRSUBUNIT]: status.ESME_RINVDSTADR,
  [status.ESME_RBCASTQUERYFAIL]: status.ESME_RQUERYFAIL,
  [status.ESME_RBCASTCANCELFAIL]: status.ESME_RCANCELFAIL,
};
const first50 = status.ESME_RSERTYPUNAUTH;
const last50 = status.ESME_RINVBCASTCHANIND;

/**
 * A status as a peer of this version knows it: those that 5.0 added become what comes closest in 3.4.
 * Every other status, the vendors' too, stays.
 */
export function statusForVersion(commandStatus: number, interfaceVersion: number): number {
  const isNew = commandStatus >= first50 && commandStatus <= last50;
  if (!isNew || knowsSmpp50(interfaceVersion)) return commandStatus;
  return older[commandStatus] ?? status.ESME_RSUBMITFAIL;
}

/**
 * A PDU as a peer of this version knows it: no TLV for 3.3 and before, statuses of 5.0 and
 * congestion_state only from 5.0 on. A message_payload becomes the short_message of a peer without
 * TLVs where it fits; where not, `PduEncodeError`, because the message would go out empty.
 */
export function pduForVersion(pdu: PduInput, interfaceVersion: number): PduInput {
  if (knowsSmpp50(interfaceVersion)) return pdu;
  const { commandStatus = 0, tlvs } = pdu;
  const older = statusForVersion(commandStatus, interfaceVersion);
  const adapted = older === commandStatus ? pdu : { ...pdu, commandStatus: older };
  if (tlvs === undefined) return adapted;
  if (!knowsTlvs(interfaceVersion)) return withoutTlvs(adapted);
  if (tlvs.congestionState === undefined) return adapted;
  return { ...adapted, tlvs: Object.fromEntries(known(tlvs)) };
}

function known(tlvs: Tlvs): readonly (readonly [string, unknown])[] {
  return Object.entries(tlvs).filter(([name]) => name !== 'congestionState');
}

const maxShortMessageLength = 254;

function withoutTlvs(pdu: PduInput): PduInput {
  const { tlvs, ...rest } = pdu;
  const payload = tlvs?.messagePayload;
  if (payload === undefined || payload.length === 0) return rest;
  const isShort = pdu.command === 'submit_sm' || pdu.command === 'deliver_sm';
  const isFree = isShort && (pdu.shortMessage ?? payload.subarray(0, 0)).length === 0;
  if (!isFree || payload.length > maxShortMessageLength) {
    throw new PduEncodeError('messagePayload', 'is not known to a peer of this version');
  }
  return { ...rest, shortMessage: payload } as PduInput;
}
