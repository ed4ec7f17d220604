// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReceiptForm } from './settings.ts';
import { messageStates } from './settings.ts';
import type { Address, Delivery } from './submission.ts';

/** Everything a receipt says (SMPP 3.4, appendix B). */
export interface ReceiptFacts {
  /** Of the message, not of the receipt. */
  readonly source: Address;
  readonly destination: Address;
  readonly messageId: string;
  readonly stat: string;
  readonly submittedAt: number;
  readonly doneAt: number;
}

const receiptClass = 0x04;
const twoDigits = (value: number): string => String(value).padStart(2, '0');

function toDate(epochMs: number): string {
  const date = new Date(epochMs);
  return (
    twoDigits(date.getUTCFullYear() % 100) +
    twoDigits(date.getUTCMonth() + 1) +
    twoDigits(date.getUTCDate()) +
    twoDigits(date.getUTCHours()) +
    twoDigits(date.getUTCMinutes())
  );
}

function toText({ messageId, stat, submittedAt, doneAt }: ReceiptFacts): string {
  const delivered = stat === 'DELIVRD';
  return (
    `id:${messageId} sub:001 dlvrd:${delivered ? '001' : '000'} submit date:${toDate(submittedAt)}` +
    ` done date:${toDate(doneAt)} stat:${stat} err:${delivered ? '000' : '001'} text:`
  );
}

/** The deliver_sm of a receipt: addresses swapped, the id and state as text, as TLVs, or as both. */
export function toReceipt(facts: ReceiptFacts, form: ReceiptForm): Delivery {
  const { messageId, stat } = facts;
  return {
    source: facts.destination,
    destination: facts.source,
    esmClass: receiptClass,
    dataCoding: 0,
    octets: Buffer.from(form === 'tlv' ? '' : toText(facts), 'latin1'),
    ...(form === 'text'
      ? {}
      : { receiptedMessageId: messageId, messageState: messageStates[stat] ?? 0 }),
  };
}

/** Whether registered_delivery asks for a receipt of this outcome (bits 0 and 1; 5.0 for value 3). */
export function isAskedFor(registeredDelivery: number, stat: string): boolean {
  const asked = registeredDelivery & 0x03;
  if (asked === 1) return true;
  return stat === 'DELIVRD' ? asked === 3 : asked === 2;
}
