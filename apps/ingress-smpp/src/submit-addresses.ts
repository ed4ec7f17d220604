// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { allowsSender, type Account } from '@sendium/configuration';
import { npi, parseRecipient, parseSender, ton, type Address } from '@sendium/message';
import { ok, reject, type Result } from './submit-status.ts';

/** Numbering plans of SMPP 3.4, 5.2.6. */
const numberingPlans: ReadonlySet<number> = new Set([0, 1, 3, 4, 6, 8, 9, 10, 14, 18]);
const lastTypeOfNumber = ton.abbreviated;
/** National numbers, short codes and the like: only the carrier knows what they mean. */
const digits = /^\d{1,20}$/;
const name = /^[\x20-\x7e\xa1-\xff]{1,11}$/;

/** Whether the carrier has to make sense of the number, because its type says that we cannot. */
function isLocal(address: Address): boolean {
  return address.ton >= ton.national && address.ton !== ton.alphanumeric;
}

/** The recipient as the gateway knows it: E.164 where the client named an international number. */
export function readRecipient(given: Address): Result<Address> {
  if (given.ton > lastTypeOfNumber) return reject('destination_ton_invalid');
  if (!numberingPlans.has(given.npi)) return reject('destination_npi_invalid');
  if (isLocal(given)) return digits.test(given.value) ? ok(given) : reject('recipient_invalid');
  const address = given.ton === ton.alphanumeric ? undefined : parseRecipient(given.value);
  return address === undefined ? reject('recipient_invalid') : ok(address);
}

/** The sender as the gateway knows it: the account's own where the client named none. */
export function readSender(given: Address, account: Account): Result<Address> {
  if (given.ton > lastTypeOfNumber) return reject('source_ton_invalid');
  if (!numberingPlans.has(given.npi)) return reject('source_npi_invalid');
  const address = senderOf(given, account);
  if (address === undefined)
    return reject(given.value === '' ? 'sender_required' : 'sender_invalid');
  return allowsSender(account, address) ? ok(address) : reject('sender_not_allowed');
}

function senderOf(given: Address, account: Account): Address | undefined {
  if (given.value === '') return account.defaultSender;
  if (isLocal(given)) return digits.test(given.value) ? given : undefined;
  const sender = parseSender(given.value);
  // Eleven digits may be a name where the client says so.
  if (given.ton === ton.alphanumeric && sender?.ton !== ton.alphanumeric) {
    return name.test(given.value) ? { ...given, npi: npi.unknown } : undefined;
  }
  return sender;
}
