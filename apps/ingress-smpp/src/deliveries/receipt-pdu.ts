// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { AccountReceipts } from '@sendium/configuration';
import type { Report } from '@sendium/contracts';
import { isFinal } from '@sendium/message';
import { receiptWords } from '@sendium/receipts';
import type { OutgoingRequest } from '@sendium/smpp-link';
import { esmClass as types } from '@sendium/smpp-pdu';

/** How an account is given its receipts. */
export type ReceiptFormat = Pick<AccountReceipts, 'offsetMinutes' | 'hasText'>;

/**
 * The deliver_sm that tells a client what became of its message (SMPP 3.4, appendix B): from where the
 * message went to, to where it came from. The session keeps the TLVs from clients that know none.
 */
export function receiptPdu(report: Report, format: ReceiptFormat): OutgoingRequest<'deliver_sm'> {
  const { to, from, status, error } = report;
  const { stat, messageState, err } = receiptWords(status, error);
  const id = report.clientMessageId ?? report.messageId;
  const date = (ms: number): string => receiptDate(ms, format.offsetMinutes);
  const text = [
    `id:${id}`,
    // What the client submitted is one message, however many parts it took.
    `sub:001 dlvrd:${status === 'delivered' ? '001' : '000'}`,
    `submit date:${date(report.acceptedAtMs)} done date:${date(report.atMs)}`,
    `stat:${stat} err:${err} text:${format.hasText ? printable(report.text) : ''}`,
  ].join(' ');
  return {
    command: 'deliver_sm',
    ...{ sourceAddrTon: to.ton, sourceAddrNpi: to.npi, sourceAddr: to.value },
    ...{ destAddrTon: from.ton, destAddrNpi: from.npi, destinationAddr: from.value },
    esmClass: isFinal(status) ? types.deliveryReceipt : types.intermediateNotification,
    shortMessage: Buffer.from(text, 'latin1'),
    tlvs: { receiptedMessageId: id, messageState, ...networkErrorOf(report) },
  };
}

function networkErrorOf({ error }: Report): { networkErrorCode?: Buffer } {
  if (error?.networkError === undefined) return {};
  const { type, code } = error.networkError;
  return { networkErrorCode: Buffer.of(type, code >> 8, code & 0xff) };
}

/** YYMMDDhhmm on the client's clock. */
function receiptDate(ms: number, offsetMinutes: number): string {
  const local = new Date(ms + offsetMinutes * 60_000);
  return local.toISOString().replace(/\D/g, '').slice(2, 12);
}

/** The text stands in an alphabet that nobody has agreed on: what all of them share. */
function printable(text = ''): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
