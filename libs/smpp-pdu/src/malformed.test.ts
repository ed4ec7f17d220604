// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { commandStatus as status, commandStatusName } from './command-status.ts';
import type { DecodedPdu } from './decode-pdu.ts';
import { decodePdu } from './decode-pdu.ts';
import { encodePdu } from './encode-pdu.ts';
import { answerToMalformed } from './malformed-answer.ts';
import type { PduInput } from './pdu.ts';

const text = Buffer.from('Hello');
const submit: PduInput<'submit_sm'> = {
  command: 'submit_sm',
  sequenceNumber: 7,
  sourceAddr: 'ACME',
  destinationAddr: '447700900123',
  shortMessage: text,
};

/** A frame whose length octets are put right after its content was changed. */
function resized(...parts: readonly Uint8Array[]): Buffer {
  const frame = Buffer.concat(parts);
  frame.writeUInt32BE(frame.length, 0);
  return frame;
}

function statusOf(result: DecodedPdu): string {
  return result.kind === 'pdu' ? 'a PDU' : commandStatusName(result.commandStatus);
}

test.each([
  ['nothing', Buffer.alloc(0)],
  ['three octets', Buffer.from([0, 0, 0])],
  ['a length of 0', Buffer.alloc(16)],
  ['a length of 8 in eight octets', Buffer.from('0000000800000004', 'hex')],
  ['a length of 15', Buffer.from('0000000f' + '00'.repeat(11), 'hex')],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['a length that is more than there is', Buffer.from('000000ff' + '00'.repeat(12), 'hex')],
])('%s is a wrong command_length, with nothing of the header trusted', (_, bytes) => {
  expect(decodePdu(bytes)).toMatchObject({
    kind: 'malformed',
    commandStatus: status.ESME_RINVCMDLEN,
    commandId: 0,
    sequenceNumber: 0,
  });
});

test('an unknown command is named as such, with its sequence number', () => {
  const frame = Buffer.from('00000010' + '0000abcd' + '00000000' + '00000007', 'hex');
  const result = decodePdu(frame);
  expect(result).toMatchObject({
    kind: 'malformed',
    commandId: 0xabcd,
    commandStatus: status.ESME_RINVCMDID,
    sequenceNumber: 7,
  });
  if (result.kind === 'malformed') {
    expect(answerToMalformed(result)).toEqual({
      command: 'generic_nack',
      commandStatus: status.ESME_RINVCMDID,
      sequenceNumber: 7,
    });
  }
});

test('a submit_sm cut at any octet is malformed, and answered by a submit_sm_resp', () => {
  const whole = encodePdu(submit);
  for (let length = 16; length < whole.length; length++) {
    const result = decodePdu(resized(whole.subarray(0, length)));
    expect([length, result.kind]).toEqual([length, 'malformed']);
    if (result.kind !== 'malformed') continue;
    expect(answerToMalformed(result)).toMatchObject({
      command: 'submit_sm_resp',
      sequenceNumber: 7,
    });
  }
});

test.each([
  ['bind_transceiver', { systemId: 'app', password: 'secret', systemType: 'vma' }],
  ['submit_multi', { destinations: [{ kind: 'list', dlName: 'all' }], shortMessage: text }],
  ['query_sm', { messageId: '1', sourceAddr: '1' }],
  ['data_sm', { sourceAddr: '1', destinationAddr: '2', dataCoding: 8 }],
  ['replace_sm', { messageId: '1', shortMessage: text }],
  ['cancel_sm', { messageId: '1' }],
  ['alert_notification', { sourceAddr: '1' }],
] as const)('a %s cut at any octet is malformed', (command, fields) => {
  const whole = encodePdu({ command, ...fields });
  for (let length = 16; length < whole.length; length++) {
    expect(decodePdu(resized(whole.subarray(0, length))).kind).toBe('malformed');
  }
});

test.each([
  ['systemId', 15, status.ESME_RINVSYSID],
  ['password', 8, status.ESME_RINVPASWD],
  ['systemType', 12, status.ESME_RINVSYSTYP],
] as const)('a %s of more than %d characters is refused by its own status', (field, max, code) => {
  const order = ['systemId', 'password', 'systemType'];
  const body = (length: number) =>
    Buffer.from(
      order.map((name) => (name === field ? 'x'.repeat(length) : 'a') + '\0').join('') +
        '\x34\0\0\0',
      'latin1',
    );
  const header = encodePdu({ command: 'bind_transceiver' }).subarray(0, 16);
  expect(decodePdu(resized(header, body(max))).kind).toBe('pdu');
  expect(statusOf(decodePdu(resized(header, body(max + 1))))).toBe(commandStatusName(code));
  expect(statusOf(decodePdu(resized(header, body(500))))).toBe(commandStatusName(code));
});

test('a text shorter than sm_length says is a wrong message length', () => {
  const frame = encodePdu(submit);
  frame[frame.length - text.length - 1] = text.length + 1;
  expect(statusOf(decodePdu(frame))).toBe('ESME_RINVMSGLEN');
});

test('submit_multi that claims more destinations than it has is refused', () => {
  const header = encodePdu({ command: 'submit_multi' }).subarray(0, 16);
  const body = Buffer.from('\0\0\0\0\xff', 'latin1');
  expect(statusOf(decodePdu(resized(header, body)))).toBe('ESME_RINVNUMDESTS');
  expect(statusOf(decodePdu(resized(header, body, Buffer.from([3, 0]))))).toBe('ESME_RINVDESTFLAG');
});

test('one NUL behind the text is passed over, anything else that is no TLV is refused', () => {
  const frame = encodePdu(submit);
  expect(decodePdu(resized(frame, Buffer.from([0])))).toEqual(decodePdu(frame));
  for (const tail of ['01', '0000', '000000', '04270001', '0427000102ff', '0427ffff00']) {
    expect(statusOf(decodePdu(resized(frame, Buffer.from(tail, 'hex'))))).toBe(
      'ESME_RINVTLVSTREAM',
    );
  }
  const enquire = encodePdu({ command: 'enquire_link' });
  expect(statusOf(decodePdu(resized(enquire, Buffer.from([0]))))).toBe('ESME_RINVTLVSTREAM');
});

test('a known TLV of a wrong length is refused, an unknown one is kept whatever it is', () => {
  const frame = encodePdu(submit);
  const wrong = Buffer.from('042700020102', 'hex');
  const vendor = Buffer.from('14000003aabbcc' + '14000000', 'hex');
  expect(statusOf(decodePdu(resized(frame, wrong)))).toBe('ESME_RINVTLVLEN');
  expect(decodePdu(resized(frame, vendor))).toMatchObject({
    pdu: {
      tlvs: {
        other: [
          { tag: 0x1400, value: Buffer.from('aabbcc', 'hex') },
          { tag: 0x1400, value: Buffer.alloc(0) },
        ],
      },
    },
  });
});

test('a TLV string is read with its NUL or without', () => {
  const frame = encodePdu({ command: 'deliver_sm' });
  for (const value of ['001e0003616263', '001e000461626300', '001e00056162630000']) {
    expect(decodePdu(resized(frame, Buffer.from(value, 'hex')))).toMatchObject({
      pdu: { tlvs: { receiptedMessageId: 'abc' } },
    });
  }
});

test('a response is read whatever its body lacks: it settles a request', () => {
  const whole = encodePdu({
    command: 'submit_sm_resp',
    sequenceNumber: 9,
    messageId: 'abc',
    tlvs: { deliveryFailureReason: 1 },
  });
  for (let length = 16; length <= whole.length; length++) {
    const result = decodePdu(resized(whole.subarray(0, length)));
    expect(result).toMatchObject({ kind: 'pdu', pdu: { sequenceNumber: 9, commandStatus: 0 } });
  }
  const bare = decodePdu(resized(whole.subarray(0, 16)));
  expect(bare).toMatchObject({ pdu: { messageId: '', tlvs: {} } });
  const multi = encodePdu({ command: 'submit_multi_resp', messageId: 'abc' });
  multi[multi.length - 1] = 255;
  expect(decodePdu(multi)).toMatchObject({ pdu: { messageId: 'abc', unsuccessful: [] } });
});

test('what is never answered stays without an answer when it is malformed', () => {
  const frame = encodePdu({ command: 'alert_notification' });
  const result = decodePdu(resized(frame.subarray(0, 17)));
  expect(result.kind === 'malformed' && answerToMalformed(result)).toBeUndefined();
});

test('a sequence number of 0 or above 0x7FFFFFFF is kept as it came', () => {
  for (const sequenceNumber of [0, 0x8000_0000, 0xffff_ffff]) {
    const frame = encodePdu({ command: 'enquire_link', sequenceNumber });
    expect(decodePdu(frame)).toMatchObject({ pdu: { sequenceNumber } });
  }
});

test('a status has its name, and one without a name its number', () => {
  expect(commandStatusName(0x58)).toBe('ESME_RTHROTTLED');
  expect(commandStatusName(0x401)).toBe('0x00000401');
  expect(commandStatusName(0xffff_ffff)).toBe('0xFFFFFFFF');
});
