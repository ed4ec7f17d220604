// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { esmClass } from './data-coding.ts';
import type { PduOf } from './pdu.ts';
import type { MessageStateName, ReceiptText } from './receipt-text.ts';
import { messageStateName, parseReceiptText, stateOfStat } from './receipt-text.ts';

/** The PDUs that can carry a receipt; some carriers that bind to us use submit_sm. */
export type ReceiptPdu = PduOf<'deliver_sm'> | PduOf<'data_sm'> | PduOf<'submit_sm'>;

/**
 * What tells receipts from SMS of mobiles: esm_class, and the content where that is 0 (`auto`);
 * esm_class alone; or the content alone, for carriers that set esm_class wrongly.
 */
export type ReceiptDetection = 'auto' | 'esm_class' | 'content';

/** What a receipt says, from its TLVs and its text together. */
export interface CarrierReceipt {
  /** receipted_message_id, else `id:` of the text; undefined when there is neither. */
  readonly messageId: string | undefined;
  /** From message_state where that is given, else from `stat:`. */
  readonly state: MessageStateName | undefined;
  /** Not the end of the message: an intermediate notification, or a state on the way. */
  readonly isIntermediate: boolean;
  /** The TLVs, as given. */
  readonly messageState: number | undefined;
  readonly networkError: { readonly type: number; readonly code: number } | undefined;
  /** The fields of the text, as given. */
  readonly text: ReceiptText;
}

/**
 * Whether a PDU is a receipt or an intermediate notification: esm_class says so, or it says nothing
 * and the content does. What counts besides is `detection`.
 */
export function isReceipt(pdu: ReceiptPdu, detection: ReceiptDetection = 'auto'): boolean {
  if (detection === 'content') return hasReceiptContent(pdu);
  const type = pdu.esmClass & esmClass.typeMask;
  if (type === esmClass.deliveryReceipt || type === esmClass.intermediateNotification) return true;
  return detection === 'auto' && type === 0 && hasReceiptContent(pdu);
}

/**
 * receipted_message_id, or a text with id, stat and a date. An ordinary message that merely mentions
 * such words is none.
 */
function hasReceiptContent(pdu: ReceiptPdu): boolean {
  if (pdu.tlvs.receiptedMessageId !== undefined) return true;
  const { id, stat, submitDate, doneDate } = parseReceiptText(receiptTextOf(pdu));
  return id !== undefined && stat !== undefined && (submitDate ?? doneDate) !== undefined;
}

/** Reads a PDU for which `isReceipt` holds with this detection; what it lacks is undefined. */
export function readReceipt(pdu: ReceiptPdu, detection: ReceiptDetection = 'auto'): CarrierReceipt {
  const text = parseReceiptText(receiptTextOf(pdu));
  const { receiptedMessageId, messageState, networkErrorCode } = pdu.tlvs;
  const named = messageState === undefined ? undefined : messageStateName(messageState);
  const state = named ?? (text.stat === undefined ? undefined : stateOfStat(text.stat));
  const isNotice =
    detection !== 'content' &&
    (pdu.esmClass & esmClass.typeMask) === esmClass.intermediateNotification;
  return {
    messageId: notEmpty(receiptedMessageId) ?? text.id,
    state,
    isIntermediate:
      isNotice || state === 'ENROUTE' || state === 'ACCEPTED' || state === 'SCHEDULED',
    messageState,
    networkError: networkErrorCode && {
      type: networkErrorCode.readUInt8(0),
      code: networkErrorCode.readUInt16BE(1),
    },
    text,
  };
}

function notEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/**
 * The text of a receipt, wherever it stands. Its alphabet is seen from the octets, since carriers
 * write receipts in ASCII under any data_coding and in UCS-2 under 0.
 */
function receiptTextOf(pdu: ReceiptPdu): string {
  const inline = pdu.command === 'data_sm' ? undefined : pdu.shortMessage;
  const whole = inline?.length ? inline : (pdu.tlvs.messagePayload ?? inline);
  if (whole === undefined || whole.length === 0) return '';
  const hasHeader = (pdu.esmClass & esmClass.userDataHeader) !== 0;
  const octets = hasHeader ? whole.subarray((whole[0] ?? 0) + 1) : whole;
  if (octets[0] === 0)
    return Buffer.from(octets)
      .subarray(0, octets.length & ~1)
      .swap16()
      .toString('utf16le');
  return octets[1] === 0 ? octets.toString('utf16le') : octets.toString('latin1');
}
