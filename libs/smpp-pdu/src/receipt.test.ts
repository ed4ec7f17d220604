// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isReceipt, readReceipt } from './carrier-receipt.ts';
import { decodePdu } from './decode-pdu.ts';
import { encodePdu } from './encode-pdu.ts';
import type { PduInput, PduOf } from './pdu.ts';
import { messageStateName, parseReceiptText, stateOfStat } from './receipt-text.ts';

function deliver(fields: Omit<PduInput<'deliver_sm'>, 'command'>): PduOf<'deliver_sm'> {
  const result = decodePdu(encodePdu({ command: 'deliver_sm', ...fields }));
  if (result.kind !== 'pdu' || result.pdu.command !== 'deliver_sm')
    throw new Error('no deliver_sm');
  return result.pdu;
}

const standard =
  'id:0123456789 sub:001 dlvrd:001 submit date:2601020304 done date:2601020305 stat:DELIVRD err:000 text:Hello';
const standardFields = {
  id: '0123456789',
  sub: '001',
  dlvrd: '001',
  submitDate: '2601020304',
  doneDate: '2601020305',
  stat: 'DELIVRD',
  err: '000',
};

test.each([
  ['as the specification has it', standard, standardFields],
  [
    'without sub and dlvrd',
    'id:1 submit date:2601020304 done date:2601020305 stat:UNDELIV err:001 text:',
    { id: '1', submitDate: '2601020304', doneDate: '2601020305', stat: 'UNDELIV', err: '001' },
  ],
  ['without text', standard.replace(' text:Hello', ''), standardFields],
  ['with a capital Text', standard.replace('text:', 'Text:'), standardFields],
  ['in capitals', standard.replace(/[a-z ]+:/g, (key) => key.toUpperCase()), standardFields],
  ['with spaces behind the colons', standard.replace(/:/g, ': '), standardFields],
  ['with spaces around the colons', standard.replace(/:/g, ' : '), standardFields],
  [
    'with commas between',
    standard.replace(/ (?=sub|dlv|done|stat|err|text)/g, ', '),
    standardFields,
  ],
  [
    'with line breaks between',
    standard.replace(/ (?=sub|dlv|done|stat|err|text)/g, '\r\n'),
    standardFields,
  ],
  [
    'with err in hex, as Kannel',
    standard.replace('err:000', 'err:00B'),
    { ...standardFields, err: '00B' },
  ],
  [
    'with err of four digits',
    standard.replace('err:000', 'err:0000'),
    { ...standardFields, err: '0000' },
  ],
  [
    'with an empty err before text',
    'id:1 done date:2601020305 stat:DELIVRD err: text:Hello',
    { id: '1', doneDate: '2601020305', stat: 'DELIVRD' },
  ],
  [
    'with seconds in the dates',
    'id:1 submit date:260102030405 done date:260102030506 stat:DELIVRD',
    { id: '1', submitDate: '260102030405', doneDate: '260102030506', stat: 'DELIVRD' },
  ],
  [
    'with a date written out',
    'id:1 done date:2026-01-02 03:04:05 stat:DELIVRD',
    { id: '1', doneDate: '2026-01-02 03:04:05', stat: 'DELIVRD' },
  ],
  [
    'with underscores in the names',
    'id:1 submit_date:2601020304 done_date:2601020305 stat:EXPIRED',
    { id: '1', submitDate: '2601020304', doneDate: '2601020305', stat: 'EXPIRED' },
  ],
  [
    'with a UUID as id',
    'id:0191d7e8-8f3b-7cc0-9a55-2f1f2a3b4c5d stat:DELIVRD done date:2601020305',
    { id: '0191d7e8-8f3b-7cc0-9a55-2f1f2a3b4c5d', stat: 'DELIVRD', doneDate: '2601020305' },
  ],
  [
    'with 32 hex digits as id',
    'id:0191d7e88f3b7cc09a552f1f2a3b4c5d stat:DELIVRD',
    { id: '0191d7e88f3b7cc09a552f1f2a3b4c5d', stat: 'DELIVRD' },
  ],
  [
    'with fields in another order',
    'stat:DELIVRD id:1 err:000 done date:2601020305',
    { stat: 'DELIVRD', id: '1', err: '000', doneDate: '2601020305' },
  ],
  [
    'with words of a receipt in the copied text',
    'id:1 stat:REJECTD err:011 text:id:2 stat:DELIVRD err:000',
    { id: '1', stat: 'REJECTD', err: '011' },
  ],
  [
    'cut in the middle',
    standard.slice(0, 60),
    { id: '0123456789', sub: '001', dlvrd: '001', submitDate: '2601020304' },
  ],
  ['that is none', 'See you at 10: identity, status and text follow', {}],
  ['that is empty', '', {}],
])('reads a receipt %s', (_, text, fields) => {
  expect(parseReceiptText(text)).toEqual(fields);
});

test.each([
  ['DELIVRD', 'DELIVERED'],
  ['DELIVERED', 'DELIVERED'],
  ['delivrd', 'DELIVERED'],
  ['EXPIRED', 'EXPIRED'],
  ['DELETED', 'DELETED'],
  ['UNDELIV', 'UNDELIVERABLE'],
  ['UNDELIVERABLE', 'UNDELIVERABLE'],
  ['FAILED', 'UNDELIVERABLE'],
  ['ACCEPTD', 'ACCEPTED'],
  ['ACCEPTED', 'ACCEPTED'],
  ['UNKNOWN', 'UNKNOWN'],
  ['REJECTD', 'REJECTED'],
  ['REJECTED', 'REJECTED'],
  ['ENROUTE', 'ENROUTE'],
  ['BUFFERED', 'ENROUTE'],
  ['SCHEDULED', 'SCHEDULED'],
  ['SKIPPED', 'SKIPPED'],
  ['2', undefined],
])('stat %s means %s', (stat, state) => {
  expect(stateOfStat(stat)).toBe(state);
});

test('message_state has its names by number', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(messageStateName)).toEqual([
    'SCHEDULED',
    'ENROUTE',
    'DELIVERED',
    'EXPIRED',
    'DELETED',
    'UNDELIVERABLE',
    'ACCEPTED',
    'UNKNOWN',
    'REJECTED',
    'SKIPPED',
    undefined,
  ]);
});

const body = Buffer.from(standard);

test.each([
  ['esm_class 0x04 with any content', true, { esmClass: 0x04, shortMessage: Buffer.from('?') }],
  ['esm_class 0x04 with nothing', true, { esmClass: 0x04 }],
  ['esm_class 0x20, an intermediate notification', true, { esmClass: 0x20 }],
  ['esm_class 0x44, with a header before the text', true, { esmClass: 0x44 }],
  [
    'esm_class 0x08, an acknowledgement of the handset',
    false,
    { esmClass: 0x08, shortMessage: body },
  ],
  ['esm_class 0 with the text of a receipt', true, { shortMessage: body }],
  ['esm_class 0 with receipted_message_id', true, { tlvs: { receiptedMessageId: '1' } }],
  ['esm_class 0 with that text in message_payload', true, { tlvs: { messagePayload: body } }],
  [
    'esm_class 0 with id and stat but no date',
    false,
    { shortMessage: Buffer.from('id:1 stat:DELIVRD') },
  ],
  [
    'esm_class 0 with an ordinary text',
    false,
    { shortMessage: Buffer.from('stat: my id: is gone') },
  ],
  ['esm_class 0 with message_state alone', false, { tlvs: { messageState: 2 } }],
])('%s: being a receipt is %s', (_, expected, fields) => {
  expect(isReceipt(deliver(fields))).toBe(expected);
});

test.each([
  ['content', 0x04, 'hello', false],
  ['content', 0x20, 'hello', false],
  ['content', 0x08, standard, true],
  ['content', 0x00, standard, true],
  ['esm_class', 0x00, standard, false],
  ['esm_class', 0x04, 'hello', true],
  ['esm_class', 0x20, 'hello', true],
  ['auto', 0x04, 'hello', true],
  ['auto', 0x08, standard, false],
] as const)(
  'by %s, esm_class %i with %p is a receipt: %p',
  (detection, esmClass, text, expected) => {
    const pdu = deliver({ esmClass, shortMessage: Buffer.from(text) });
    expect(isReceipt(pdu, detection)).toBe(expected);
  },
);

test('where esm_class is not to be trusted, it makes no end an intermediate one', () => {
  const pdu = deliver({ esmClass: 0x20, shortMessage: body });
  expect(readReceipt(pdu).isIntermediate).toBe(true);
  expect(readReceipt(pdu, 'content').isIntermediate).toBe(false);
});

test('TLVs come before the text where they disagree, and both are kept', () => {
  const receipt = readReceipt(
    deliver({
      esmClass: 4,
      shortMessage: body,
      tlvs: {
        receiptedMessageId: 'abc',
        messageState: 5,
        networkErrorCode: Buffer.from([3, 0x01, 0x02]),
      },
    }),
  );
  expect(receipt).toEqual({
    messageId: 'abc',
    state: 'UNDELIVERABLE',
    isIntermediate: false,
    messageState: 5,
    networkError: { type: 3, code: 0x0102 },
    text: standardFields,
  });
});

test.each([
  ['TLVs alone', { tlvs: { receiptedMessageId: 'abc', messageState: 2 } }, 'abc', 'DELIVERED'],
  [
    'an empty receipted_message_id',
    { shortMessage: body, tlvs: { receiptedMessageId: '' } },
    '0123456789',
    'DELIVERED',
  ],
  [
    'a message_state nobody knows',
    { shortMessage: body, tlvs: { messageState: 99 } },
    '0123456789',
    'DELIVERED',
  ],
  ['text in message_payload', { tlvs: { messagePayload: body } }, '0123456789', 'DELIVERED'],
  [
    'text in UCS-2',
    { dataCoding: 8, shortMessage: Buffer.from(standard, 'utf16le').swap16() },
    '0123456789',
    'DELIVERED',
  ],
  [
    'UCS-2 under data_coding 0',
    { shortMessage: Buffer.from(standard, 'utf16le').swap16() },
    '0123456789',
    'DELIVERED',
  ],
  ['ASCII under data_coding 8', { dataCoding: 8, shortMessage: body }, '0123456789', 'DELIVERED'],
  [
    'UCS-2 of the other byte order',
    { shortMessage: Buffer.from(standard, 'utf16le') },
    '0123456789',
    'DELIVERED',
  ],
  ['nothing at all', {}, undefined, undefined],
])('a receipt with %s is read', (_, fields, messageId, state) => {
  expect(readReceipt(deliver({ esmClass: 4, ...fields }))).toMatchObject({ messageId, state });
});

test('a user data header before the text is passed over', () => {
  const shortMessage = Buffer.concat([Buffer.from([5, 0, 3, 1, 1, 1]), body]);
  const receipt = readReceipt(deliver({ esmClass: 0x44, shortMessage }));
  expect(receipt.messageId).toBe('0123456789');
});

test.each([
  [0x20, 'DELIVRD', true],
  [0x04, 'ENROUTE', true],
  [0x04, 'ACCEPTD', true],
  [0x04, 'UNKNOWN', false],
  [0x04, 'EXPIRED', false],
])('with esm_class %d and stat %s, not being the end is %s', (esmClass, stat, expected) => {
  const shortMessage = Buffer.from(`id:1 stat:${stat}`);
  expect(readReceipt(deliver({ esmClass, shortMessage })).isIntermediate).toBe(expected);
});

test('any octets as a receipt are read without an exception, in little time', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom('id:', ' stat:', ' err :', ' submit date', ' text:', ':', '  '),
      fc.string(),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(pieces, fc.nat({ max: 255 }), (words, esmClass) => {
      const pdu = deliver({ esmClass, tlvs: { messagePayload: Buffer.from(words.join('')) } });
      isReceipt(pdu);
      readReceipt(pdu);
    }),
    { numRuns: 1_000 },
  );
  const endless = ' submit date'.repeat(5_000) + ' '.repeat(20_000);
  expect(parseReceiptText(endless)).toEqual({});
});
