// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { commandStatus } from './command-status.ts';
import { congestionStateOf, rateShareFor } from './congestion-state.ts';
import { decodePdu } from './decode-pdu.ts';
import { encodePdu } from './encode-pdu.ts';
import { PduEncodeError } from './pdu-encode-error.ts';
import {
  knowsSmpp50,
  knowsTlvs,
  maxMessageIdLength,
  pduForVersion,
  statusForVersion,
} from './peer-version.ts';

test.each([
  ['ESME_RSERTYPUNAUTH', 'ESME_RINVSERTYP'],
  ['ESME_RPROHIBITED', 'ESME_RSUBMITFAIL'],
  ['ESME_RSERTYPUNAVAIL', 'ESME_RSYSERR'],
  ['ESME_RSERTYPDENIED', 'ESME_RINVSERTYP'],
  ['ESME_RINVDCS', 'ESME_RSUBMITFAIL'],
  ['ESME_RINVSRCADDRSUBUNIT', 'ESME_RINVSRCADR'],
  ['ESME_RINVDSTADDRSUBUNIT', 'ESME_RINVDSTADR'],
  ['ESME_RBCASTFAIL', 'ESME_RSUBMITFAIL'],
  ['ESME_RBCASTQUERYFAIL', 'ESME_RQUERYFAIL'],
  ['ESME_RBCASTCANCELFAIL', 'ESME_RCANCELFAIL'],
  ['ESME_RINVBCASTCHANIND', 'ESME_RSUBMITFAIL'],
] as const)('%s is %s to a peer of 3.4, and itself to one of 5.0', (given, mapped) => {
  expect(statusForVersion(commandStatus[given], 0x34)).toBe(commandStatus[mapped]);
  expect(statusForVersion(commandStatus[given], 0x4f)).toBe(commandStatus[mapped]);
  expect(statusForVersion(commandStatus[given], 0x50)).toBe(commandStatus[given]);
});

test('every status below 5.0 and every vendor status stays as it is for every version', () => {
  const stays = Object.values(commandStatus).filter((code) => code < 0x100);
  for (const code of [...stays, 0x400, 0x4ff, 0x113, 0xff]) {
    for (const version of [0x00, 0x33, 0x34, 0x50, 0xff]) {
      expect(statusForVersion(code, version)).toBe(code);
    }
  }
});

test('no version below 5.0 is given a status that it does not know', () => {
  const known = new Set<number>(Object.values(commandStatus).filter((code) => code < 0x100));
  for (const code of Object.values(commandStatus)) {
    expect(known.has(statusForVersion(code, 0x34))).toBe(true);
  }
});

test('a peer of 3.3 is given no TLV, one of 3.4 all but congestion_state, one of 5.0 all', () => {
  const pdu = {
    command: 'submit_sm_resp',
    commandStatus: commandStatus.ESME_RPROHIBITED,
    messageId: '12345678',
    tlvs: { congestionState: 85, additionalStatusInfoText: 'no' },
  } as const;
  expect(pduForVersion(pdu, 0x33)).toEqual({
    command: 'submit_sm_resp',
    commandStatus: commandStatus.ESME_RSUBMITFAIL,
    messageId: '12345678',
  });
  expect(pduForVersion(pdu, 0x34)).toEqual({
    ...pdu,
    commandStatus: commandStatus.ESME_RSUBMITFAIL,
    tlvs: { additionalStatusInfoText: 'no' },
  });
  expect(pduForVersion(pdu, 0x50)).toBe(pdu);
});

test('a message_payload goes to a peer of 3.3 as short_message where it fits, else not at all', () => {
  const deliver = (length: number) =>
    ({ command: 'deliver_sm', tlvs: { messagePayload: Buffer.alloc(length, 'a') } }) as const;
  expect(pduForVersion(deliver(254), 0x33)).toEqual({
    command: 'deliver_sm',
    shortMessage: Buffer.alloc(254, 'a'),
  });
  expect(() => pduForVersion(deliver(255), 0x33)).toThrow(PduEncodeError);
  const both = { ...deliver(1), shortMessage: Buffer.from('b') };
  expect(() => pduForVersion(both, 0x33)).toThrow(PduEncodeError);
  const data = { ...deliver(1), command: 'data_sm' } as const;
  expect(() => pduForVersion(data, 0x33)).toThrow(PduEncodeError);
});

test('versions: TLVs from 3.4 on, 64 characters of message_id instead of 8', () => {
  expect([0x00, 0x33, 0x34, 0x50].map(knowsTlvs)).toEqual([false, false, true, true]);
  expect([0x33, 0x34, 0x4f, 0x50].map(knowsSmpp50)).toEqual([false, false, false, true]);
  expect([0x33, 0x34].map(maxMessageIdLength)).toEqual([8, 64]);
});

test('congestion_state says how much of the capacity is used, between 0 and 100', () => {
  const of = (used: number, capacity: number) => congestionStateOf({ used, capacity });
  expect([of(0, 50), of(45, 50), of(50, 50), of(90, 50), of(1, 0), of(-1, 50)]).toEqual([
    0, 90, 100, 100, 100, 0,
  ]);
});

test('above 90 a received congestion_state slows, down to a tenth; reserved values do not', () => {
  expect([undefined, 0, 90, 95, 100, 101, 255].map(rateShareFor)).toEqual([
    1, 1, 1, 0.5, 0.1, 1, 1,
  ]);
});

const submit = encodePdu({ command: 'submit_sm', destinationAddr: '44' });
function withTail(tail: string): Buffer {
  const frame = Buffer.concat([submit, Buffer.from(tail, 'hex')]);
  frame.writeUInt32BE(frame.length, 0);
  return frame;
}

test('a TLV of a wrong length is refused, and kept as it came where that is tolerated', () => {
  // user_message_reference, three octets instead of two, then message_state as it should be
  const frame = withTail('0204000301020304270001' + '02');
  expect(decodePdu(frame)).toMatchObject({ commandStatus: commandStatus.ESME_RINVTLVLEN });
  const decoded = decodePdu(frame, { toleratesTlvs: true });
  if (decoded.kind === 'malformed') throw new Error(decoded.reason);
  expect(decoded.pdu.tlvs).toEqual({
    other: [{ tag: 0x0204, value: Buffer.from('010203', 'hex') }],
    messageState: 2,
  });
  expect(encodePdu(decoded.pdu)).toEqual(frame);
});

test('a last TLV that is cut off is refused, and left out where that is tolerated', () => {
  const frame = withTail('0427000102' + '04240010aabb');
  expect(decodePdu(frame)).toMatchObject({ commandStatus: commandStatus.ESME_RINVTLVSTREAM });
  expect(decodePdu(frame, { toleratesTlvs: true })).toMatchObject({
    kind: 'pdu',
    pdu: { tlvs: { messageState: 2 } },
  });
  expect(decodePdu(frame).kind).toBe('malformed');
});
