// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { messageResource } from '@sendium/contracts';
import { maskedNumber, thinResource } from './thin-resource.ts';

test.each([
  ['+447700900123', '+44770•••••23'],
  ['447700900123', '44770•••••23'],
  ['+12345678', '+123•••78'],
  ['1234567', '12•••67'],
  ['12345', '12345'],
  ['ACME', 'ACME'],
  ['Shop 1234567', 'Shop 1234567'],
])('%s is shown as %s', (address, shown) => {
  expect(maskedNumber(address)).toBe(shown);
});

test('thin is the same resource without what was written', () => {
  const message = sampleMessage({ metadata: { order: '42' }, clientReference: 'mine' });
  const full = messageResource(message);
  expect(thinResource(full)).toEqual({ ...full, text: null, to: '+44770•••••23' });
  const data = Buffer.from('secret');
  const body = { kind: 'binary', data, udh: data, dataCoding: 4, protocolId: 0 } as const;
  const binary = messageResource({ ...message, body });
  expect(thinResource(binary)).toMatchObject({ binary: null, metadata: { order: '42' } });
});
