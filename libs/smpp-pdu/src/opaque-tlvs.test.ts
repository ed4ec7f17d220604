// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { encodePdu } from './encode-pdu.ts';
import { toOpaqueTlvs } from './opaque-tlvs.ts';

test('TLVs taken as octets are written as they were', () => {
  const tlvs = {
    userMessageReference: 0x0102,
    receiptedMessageId: 'abc',
    callbackNum: [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])],
    other: [{ tag: 0x1401, value: Buffer.from('vendor') }],
  };
  const opaque = toOpaqueTlvs(tlvs);
  expect(opaque.map(({ tag }) => tag)).toEqual([0x0204, 0x001e, 0x0381, 0x0381, 0x1401]);
  expect(encodePdu({ command: 'submit_sm', tlvs: { other: opaque } })).toEqual(
    encodePdu({ command: 'submit_sm', tlvs }),
  );
});

test('No TLVs are no octets', () => {
  expect(toOpaqueTlvs({})).toEqual([]);
});
