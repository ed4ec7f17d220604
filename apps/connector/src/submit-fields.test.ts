// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import type { SubmitDefaults } from '@sendium/configuration';
import type { Message, SmppFields } from '@sendium/message';
import { parseSmppTime } from '@sendium/smpp-pdu';
import { askedFields } from './submit-fields.ts';
import { plainSubmits } from './submitter.fixture.ts';
import { validityOf } from './validity-period.ts';

const asked: SmppFields = {
  ...{ serviceType: 'CMT', esmClass: 0x42, protocolId: 0x41, priorityFlag: 2, dataCoding: 0 },
  source: { ton: 5, npi: 0, value: 'ACME' },
  destination: { ton: 1, npi: 1, value: '447700900123' },
  tlvs: [
    { tag: 0x0204, value: Buffer.from('0001', 'hex') },
    { tag: 0x1400, value: Buffer.from('aa', 'hex') },
  ],
};

const fieldsOf = (over: Partial<Message>, submit: Partial<SubmitDefaults> = {}, hasTlvs = true) =>
  askedFields(sampleMessage(over), { hasTlvs, submit: { ...plainSubmits.submit, ...submit } });

const defaults: Partial<SubmitDefaults> = {
  ...{ serviceType: 'VMN', esmClass: 0x03, protocolId: 0x7f, priorityFlag: 1 },
  tlvs: [
    { tag: 0x1400, value: Buffer.from('ff', 'hex') },
    { tag: 0x1401, value: Buffer.from('00', 'hex') },
  ],
};

test('what a message asks of the carrier is sent through; its header bit is not', () => {
  expect(fieldsOf({ smpp: asked }, defaults)).toMatchObject({
    fields: { serviceType: 'CMT', protocolId: 0x41, priorityFlag: 2 },
    esmClass: 0x02,
  });
});

test('what it does not ask for is as the connector says', () => {
  const silent = { ...asked, serviceType: '', esmClass: 0x40, protocolId: 0, priorityFlag: 0 };
  for (const over of [{}, { smpp: silent }]) {
    expect(fieldsOf(over, defaults)).toMatchObject({
      fields: { serviceType: 'VMN', protocolId: 0x7f, priorityFlag: 1 },
      esmClass: 0x03,
    });
  }
});

test('TLVs of the message go before those of the connector; a carrier without TLVs gets none', () => {
  const { tlvs } = fieldsOf({ smpp: asked }, defaults);
  expect(tlvs.other?.map(({ tag, value }) => [tag, value.toString('hex')])).toEqual([
    [0x0204, '0001'],
    [0x1400, 'aa'],
    [0x1401, '00'],
  ]);
  expect(fieldsOf({ smpp: asked }, defaults, false).tlvs).toEqual({});
});

describe('registered_delivery', () => {
  test.each([
    ['REST, a receipt wanted', { deliveryReport: 'final' }, 1],
    ['REST, none wanted', { deliveryReport: 'none' }, 0],
    ['none', { registeredDelivery: 0 }, 0],
    ['success and failure', { registeredDelivery: 1 }, 1],
    ['failure only: followed all the same', { registeredDelivery: 2 }, 1],
    ['success only: followed all the same', { registeredDelivery: 3 }, 1],
    ['intermediate too', { registeredDelivery: 0x11 }, 0x11],
    ['acknowledgements of the handset', { registeredDelivery: 0x0c }, 0x0c],
  ] as const)('%s', (_, over, expected) => {
    expect(fieldsOf(over).fields.registeredDelivery).toBe(expected);
  });

  test('is one octet for every message where the connector says so', () => {
    const { fields } = fieldsOf({ registeredDelivery: 1 }, { registeredDelivery: 0 });
    expect(fields.registeredDelivery).toBe(0);
  });
});

describe('addresses', () => {
  const addressing: SubmitDefaults['addressing'] = {
    source: {
      international: { ton: 1, npi: 8, plus: true },
      short: { ton: 3, npi: 0 },
      alphanumeric: { ton: 5, npi: 9 },
    },
    destination: {
      international: { ton: 2, npi: 1, plus: false },
      other: { ton: 6, npi: 6 },
    },
  };
  const number = { ton: 1, npi: 1, value: '447700900123' };
  const short = { ton: 0, npi: 1, value: '12345' };
  const named = { ton: 5, npi: 0, value: 'ACME' };

  test.each([
    [number, [1, 8, '+447700900123']],
    [short, [3, 0, '12345']],
    [named, [5, 9, 'ACME']],
  ])('a source is told by its kind (%#)', (from, expected) => {
    const { fields } = fieldsOf({ from }, { addressing });
    expect([fields.sourceAddrTon, fields.sourceAddrNpi, fields.sourceAddr]).toEqual(expected);
  });

  test.each([
    [number, [2, 1, '447700900123']],
    [short, [6, 6, '12345']],
  ])('so is a destination (%#)', (to, expected) => {
    const { fields } = fieldsOf({ to }, { addressing });
    expect([fields.destAddrTon, fields.destAddrNpi, fields.destinationAddr]).toEqual(expected);
  });

  test('without rules they go out as they came', () => {
    expect(fieldsOf({ from: short }).fields).toMatchObject({
      ...{ sourceAddrTon: 0, sourceAddrNpi: 1, sourceAddr: '12345' },
      ...{ destAddrTon: 1, destAddrNpi: 1, destinationAddr: '447700900123' },
    });
  });
});

describe('validity_period', () => {
  const nowMs = Date.UTC(2027, 0, 1);
  const of = (leftMs: number, settings: Partial<SubmitDefaults> = {}) =>
    validityOf(nowMs + leftMs, nowMs, { ...plainSubmits.submit, ...settings });

  test('is what is left, a second at least, and at most what the connector asks for', () => {
    expect(of(3_600_000)).toBe('000000010000000R');
    expect(of(-5)).toBe('000000000001000R');
    expect(of(90 * 86_400_000)).toBe('000030000000000R');
    expect(of(86_400_000, { validityMaxMs: 7_200_000 })).toBe('000000020000000R');
  });

  test('is a moment where the carrier wants one, or nothing', () => {
    const absolute = of(3_600_000, { validity: 'absolute' });
    expect(parseSmppTime(absolute)).toMatchObject({ epochMs: nowMs + 3_600_000 });
    expect(of(3_600_000, { validity: 'none' })).toBe('');
  });
});
