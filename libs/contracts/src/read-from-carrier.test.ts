// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { decodePdu, encodePdu, type PduInput } from '@sendium/smpp-pdu';
import { inboundContentOf } from './inbound-content.ts';
import { readFromCarrier, type CarrierPdu, type FromCarrier } from './read-from-carrier.ts';
import type { InboundMessage } from './items.ts';

type Fields = Omit<PduInput<'deliver_sm'>, 'command'>;

function pduOf(command: 'deliver_sm' | 'submit_sm' | 'data_sm', fields: Fields): CarrierPdu {
  const decoded = decodePdu(encodePdu({ command, ...fields }));
  if (decoded.kind !== 'pdu') throw new Error(decoded.reason);
  return decoded.pdu as CarrierPdu;
}

const reading = { connector: 'one', detection: 'auto', atMs: 7, newId: () => 'id' } as const;
const read = (fields: Fields, command: 'deliver_sm' | 'submit_sm' | 'data_sm' = 'deliver_sm') =>
  readFromCarrier(pduOf(command, fields), reading);

function messageIn(told: FromCarrier): InboundMessage {
  if (told.kind !== 'message') throw new Error('no message');
  return told.message;
}

const sms = {
  ...{ sourceAddrTon: 1, sourceAddrNpi: 1, sourceAddr: '447700900123' },
  ...{ destAddrTon: 0, destAddrNpi: 1, destinationAddr: '12345' },
  ...{ esmClass: 0x40, protocolId: 3, dataCoding: 8 },
  shortMessage: Buffer.from([5, 0, 3, 9, 2, 1, 0, 0x41]),
} as const;

test.each(['deliver_sm', 'submit_sm'] as const)(
  'an SMS in %s keeps all that it came with',
  (command) => {
    const tlvs = {
      sarMsgRefNum: 258,
      sourcePort: 9,
      other: [{ tag: 0x1401, value: Buffer.from('x') }],
    };
    expect(read({ ...sms, tlvs }, command)).toEqual({
      kind: 'message',
      message: {
        ...{ id: 'id', connector: 'one', receivedAtMs: 7, mayBeResent: false },
        from: { ton: 1, npi: 1, value: '447700900123' },
        to: { ton: 0, npi: 1, value: '12345' },
        ...{ esmClass: 0x40, protocolId: 3, dataCoding: 8, octets: sms.shortMessage },
        tlvs: [
          { tag: 0x020c, value: Buffer.of(1, 2) },
          { tag: 0x020a, value: Buffer.of(0, 9) },
          { tag: 0x1401, value: Buffer.from('x') },
        ],
      },
    });
  },
);

test('the text of data_sm, and of deliver_sm without short_message, is message_payload', () => {
  const { shortMessage: messagePayload, ...fields } = sms;
  for (const command of ['deliver_sm', 'data_sm'] as const) {
    const message = messageIn(read({ ...fields, tlvs: { messagePayload } }, command));
    expect(message.octets).toEqual(messagePayload);
    expect(message.tlvs).toEqual([]);
  }
});

test('a receipt is read, whatever PDU it comes in', () => {
  const text =
    'id:7 sub:001 dlvrd:001 submit date:2601020304 done date:2601020305 stat:UNDELIV err:042';
  for (const command of ['deliver_sm', 'submit_sm'] as const) {
    const fields = { esmClass: 4, sourceAddr: '+447700900123', shortMessage: Buffer.from(text) };
    expect(read(fields, command)).toMatchObject({
      kind: 'receipt',
      receipt: {
        ...{ kind: 'receipt', atMs: 7, connector: 'one', carrierMessageIds: ['7'] },
        ...{ recipient: '447700900123', state: 'undeliverable', stat: 'UNDELIV', error: '042' },
      },
    });
  }
});

test('what the carrier is known for decides what is a receipt', () => {
  const pdu = pduOf('deliver_sm', { esmClass: 4, shortMessage: Buffer.from('hello') });
  expect(readFromCarrier(pdu, reading).kind).toBe('receipt');
  expect(readFromCarrier(pdu, { ...reading, detection: 'content' }).kind).toBe('message');
});

test('the same SMS has the same digest when it comes again, and any other SMS another one', () => {
  const tlvs = {
    userMessageReference: 1,
    other: [{ tag: 0x1401, value: Buffer.from('10:47:01') }],
  };
  const first = messageIn(read({ ...sms, tlvs }));
  const again = { ...tlvs, other: [{ tag: 0x1401, value: Buffer.from('10:47:31') }] };
  expect(inboundContentOf(messageIn(read({ ...sms, tlvs: again })))).toBe(inboundContentOf(first));
  const others: readonly Fields[] = [
    { ...sms, tlvs, sourceAddr: '447700900124' },
    { ...sms, tlvs, destinationAddr: '12346' },
    { ...sms, tlvs, dataCoding: 0 },
    { ...sms, tlvs, esmClass: 0 },
    { ...sms, tlvs, shortMessage: Buffer.from([5, 0, 3, 9, 2, 2, 0, 0x41]) },
    { ...sms, tlvs: { ...tlvs, userMessageReference: 2 } },
    { ...sms, tlvs: { ...tlvs, sarSegmentSeqnum: 2 } },
  ];
  const digests = [first, ...others.map((fields) => messageIn(read(fields)))].map(inboundContentOf);
  expect(new Set(digests).size).toBe(digests.length);
});
