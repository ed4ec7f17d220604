// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readProxyHeader } from './proxy-header.ts';

const signature = '0d0a0d0a000d0a515549540a';
const v4 = 'c6336407cb007101c0000ad7';
const v6 = '20010db8000000000000000000000001' + '20010db8000000000000000000000002' + 'c0000ad7';
const tlv = '03000412345678';
const hex = (text: string) => Buffer.from(text, 'hex');
const line = (text: string) => Buffer.from(`${text}\r\n`, 'latin1');

const good: readonly (readonly [string, Buffer, string | undefined])[] = [
  ['v1, TCP4', line('PROXY TCP4 198.51.100.7 203.0.113.1 49152 2775'), '198.51.100.7'],
  ['v1, TCP6', line('PROXY TCP6 2001:DB8::1 2001:db8::2 49152 2775'), '2001:db8::1'],
  ['v1, UNKNOWN', line('PROXY UNKNOWN'), undefined],
  ['v1, UNKNOWN with addresses', line('PROXY UNKNOWN ffff::1 ffff::2 1 2'), undefined],
  ['v2, TCP over IPv4', hex(`${signature}2111000c${v4}`), '198.51.100.7'],
  ['v2, TCP over IPv4 with a TLV', hex(`${signature}21110013${v4}${tlv}`), '198.51.100.7'],
  ['v2, TCP over IPv6', hex(`${signature}21210024${v6}`), '2001:db8::1'],
  ['v2, LOCAL', hex(`${signature}20000000`), undefined],
  ['v2, UNSPEC', hex(`${signature}21000000`), undefined],
  ['v2, UNIX', hex(`${signature}213100d8${'00'.repeat(216)}`), undefined],
];

test.each(good)('%s is read, whatever follows, and however it comes', (_, header, source) => {
  const following = Buffer.from('00000010000000150000000000000001', 'hex');
  const expected = { kind: 'header', length: header.length, source };
  expect(readProxyHeader(header)).toEqual(expected);
  expect(readProxyHeader(Buffer.concat([header, following]))).toEqual(expected);
  for (let length = 0; length < header.length; length++) {
    expect(readProxyHeader(header.subarray(0, length))).toEqual({ kind: 'incomplete' });
  }
});

test.each([
  ['SMPP', hex('0000001000000015')],
  ['TLS', hex('16030100c8')],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n')],
  ['v1 with a line that does not end', Buffer.from(`PROXY TCP4 ${'1'.repeat(107)}`)],
  ['v1 with another family', line('PROXY TCP5 1.1.1.1 1.1.1.2 1 2')],
  ['v1 with an address of the other family', line('PROXY TCP4 ::1 ::2 1 2')],
  ['v1 with a name', line('PROXY TCP4 localhost 1.1.1.2 1 2')],
  ['v1 with a port too high', line('PROXY TCP4 1.1.1.1 1.1.1.2 1 65536')],
  ['v1 with one port', line('PROXY TCP4 1.1.1.1 1.1.1.2 1')],
  ['v1 with nothing', line('PROXY ')],
  ['v2 of version 3', hex(`${signature}3111000c${v4}`)],
  ['v2 with an unknown command', hex(`${signature}2211000c${v4}`)],
  ['v2 with an unknown family', hex(`${signature}2141000c${v4}`)],
  ['v2 too short for its family', hex(`${signature}2111000b${v4}`)],
  ['v2 longer than any', hex(`${signature}2111ffff`)],
])('%s is no header', (_, bytes) => {
  expect(readProxyHeader(bytes)).toEqual({ kind: 'malformed' });
});

test('no octets make it throw, and a header is never longer than what is there', () => {
  const start = fc.constantFrom(Buffer.alloc(0), hex(signature), Buffer.from('PROXY TCP4 '));
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 64 }), (head, tail) => {
      const bytes = Buffer.concat([head, tail]);
      const header = readProxyHeader(bytes);
      if (header.kind === 'header') expect(header.length).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
