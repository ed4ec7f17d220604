// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import type { Report } from '@sendium/contracts';
import { createMessageId } from '@sendium/message';
import { encodePdu, readReceipt, decodePdu } from '@sendium/smpp-pdu';
import { receiptPdu } from './receipt-pdu.ts';
import { sampleReport } from './sample-report.fixture.ts';

const messageId = createMessageId(Date.UTC(2026, 10, 22, 8, 44), new Uint8Array(10).fill(0xab));
const report = (over: Partial<Report> = {}): Report =>
  sampleReport({
    messageId,
    acceptedAtMs: Date.UTC(2026, 10, 22, 23, 59, 59),
    atMs: Date.UTC(2026, 10, 23, 0, 4, 1),
    ...over,
  });
const utc = { offsetMinutes: 0, hasText: false };
const textOf = (over: Partial<Report>, format = utc): string =>
  receiptPdu(report(over), format).shortMessage?.toString('latin1') ?? '';

test('a receipt has the text of the specification, dates in UTC, and an empty text', () => {
  expect(textOf({})).toBe(
    `id:${messageId} sub:001 dlvrd:001 submit date:2611222359 done date:2611230004 stat:DELIVRD err:000 text:`,
  );
});

test('it goes from where the message went to, to where it came from, with the TLVs', () => {
  const error = {
    code: 'undeliverable',
    receiptError: '69',
    networkError: { type: 3, code: 0x0145 },
  } as const;
  expect(receiptPdu(report({ status: 'undelivered', error }), utc)).toMatchObject({
    ...{ command: 'deliver_sm', esmClass: 0x04 },
    ...{ sourceAddrTon: 1, sourceAddrNpi: 1, sourceAddr: '447700900123' },
    ...{ destAddrTon: 5, destAddrNpi: 0, destinationAddr: 'ACME' },
    tlvs: {
      receiptedMessageId: messageId,
      messageState: 5,
      networkErrorCode: Buffer.of(3, 0x01, 0x45),
    },
  });
  expect(textOf({ status: 'undelivered', error })).toContain(' dlvrd:000 ');
  expect(textOf({ status: 'undelivered', error })).toContain(' stat:UNDELIV err:069 ');
});

test('the id is the one that the client was given', () => {
  const pdu = receiptPdu(report({ clientMessageId: '12345678' }), utc);
  expect(pdu.shortMessage?.toString()).toMatch(/^id:12345678 /);
  expect(pdu.tlvs?.receiptedMessageId).toBe('12345678');
});

test('on the way it is an intermediate notification', () => {
  const pdu = receiptPdu(report({ status: 'sent' }), utc);
  expect(pdu).toMatchObject({ esmClass: 0x20, tlvs: { messageState: 1 } });
  expect(pdu.shortMessage?.toString()).toContain(' dlvrd:000 ');
  expect(pdu.shortMessage?.toString()).toContain(' stat:ENROUTE err:000 ');
});

test.each([
  [120, '2611230159', '2611230204'],
  [-570, '2611221429', '2611221434'],
])('dates are on the clock of the account: %i minutes east', (offsetMinutes, submit, done) => {
  expect(textOf({}, { ...utc, offsetMinutes })).toContain(
    `submit date:${submit} done date:${done}`,
  );
});

test('the text is there for who wants it, in letters that every alphabet has', () => {
  expect(textOf({ text: 'Grüße: 5 €' }, { ...utc, hasText: true })).toMatch(/text:Gr\?\?e: 5 \?$/);
  expect(textOf({ text: 'Hello' })).toMatch(/text:$/);
});

test('our own reader of receipts reads it', () => {
  const pdu = { ...receiptPdu(report(), utc), sequenceNumber: 1 };
  const decoded = decodePdu(encodePdu(pdu));
  if (decoded.kind !== 'pdu' || decoded.pdu.command !== 'deliver_sm') throw new Error('no PDU');
  expect(readReceipt(decoded.pdu)).toMatchObject({
    messageId,
    state: 'DELIVERED',
    text: { stat: 'DELIVRD', err: '000' },
  });
});
