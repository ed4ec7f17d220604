// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { isFinal, type Message, type MessageStatus } from '@sendium/message';
import { receiptWords, reportsDue, type MessageState, type StateError } from './index.ts';
import { sampleMessage } from './sample-message.fixture.ts';

const sent = sampleMessage({
  ...{ acceptedAtMs: 0, expiresAtMs: 1, deliveryReport: 'none', origin: { ingress: 'smpp' } },
});

const through = (message: Message, ...statuses: readonly MessageStatus[]): MessageState => ({
  status: statuses.at(-1) ?? 'accepted',
  isFinal: isFinal(statuses.at(-1) ?? 'accepted'),
  message,
  ...{ segments: 1, segmentsDelivered: 0, encoding: 'gsm7', sentAtMs: 1, completedAtMs: 1 },
  error: undefined,
  transitions: statuses.map((status, atMs) => ({ status, atMs })),
});

const told = (registeredDelivery: number, ...statuses: readonly MessageStatus[]) =>
  reportsDue(undefined, through({ ...sent, registeredDelivery }, ...statuses)).map(
    ({ status }) => status,
  );

const failures = ['undelivered', 'expired', 'rejected', 'unknown', 'failed', 'canceled'] as const;

test.each([
  [0x00, false, false, false],
  [0x01, false, true, true],
  [0x02, false, false, true],
  [0x03, false, true, false],
  [0x10, true, false, false],
  [0x11, true, true, true],
  [0x12, true, false, true],
  [0x13, true, true, false],
  // Acknowledgements by the mobile, and reserved bits, ask for nothing of ours.
  [0x0c, false, false, false],
  [0xec, false, false, false],
  [0x0d, false, true, true],
  [0xff, true, true, false],
])(
  'registered_delivery %i: intermediate %p, success %p, failure %p',
  (octet, isToldOfSent, isToldOfSuccess, isToldOfFailure) => {
    const onTheWay = isToldOfSent ? ['sent'] : [];
    expect(told(octet, 'accepted', 'queued', 'sent')).toEqual(onTheWay);
    expect(told(octet, 'accepted', 'queued', 'sent', 'delivered')).toEqual([
      ...onTheWay,
      ...(isToldOfSuccess ? ['delivered'] : []),
    ]);
    for (const failure of failures) {
      expect(told(octet, 'queued', failure)).toEqual(isToldOfFailure ? [failure] : []);
    }
  },
);

test('what a REST client asks by delivery_report does not count where SMPP has its octet', () => {
  const all = { ...sent, deliveryReport: 'all' as const };
  expect(reportsDue(undefined, through({ ...all, registeredDelivery: 0 }, 'delivered'))).toEqual(
    [],
  );
  expect(reportsDue(undefined, through(all, 'queued', 'delivered'))).toHaveLength(2);
});

test('what came by REST is reported in each of its states, or in none: the endpoints choose', () => {
  const due = (deliveryReport: Message['deliveryReport']): readonly MessageStatus[] =>
    reportsDue(undefined, through({ ...sent, deliveryReport }, 'queued', 'sent', 'delivered')).map(
      ({ status }) => status,
    );
  expect(due('none')).toEqual([]);
  expect(due('final')).toEqual(['queued', 'sent', 'delivered']);
  expect(due('all')).toEqual(['queued', 'sent', 'delivered']);
});

test('a late receipt after `unknown` is reported too, and nothing after that', () => {
  const asking = { ...sent, registeredDelivery: 1 };
  const unknown = through(asking, 'sent', 'unknown');
  const delivered = through(asking, 'sent', 'unknown', 'delivered');
  expect(reportsDue(through(asking, 'sent'), unknown)).toMatchObject([{ status: 'unknown' }]);
  expect(reportsDue(unknown, delivered)).toMatchObject([{ status: 'delivered' }]);
  expect(reportsDue(delivered, through(asking, 'sent', 'undelivered'))).toEqual([]);
});

const byPolicy: StateError = { code: 'too_many_segments' };

test.each<[MessageStatus, StateError | undefined, string, number, string]>([
  ['sent', undefined, 'ENROUTE', 1, '000'],
  ['delivered', undefined, 'DELIVRD', 2, '000'],
  ['expired', { code: 'message_expired' }, 'EXPIRED', 3, '045'],
  ['canceled', undefined, 'DELETED', 4, '000'],
  ['undelivered', { code: 'undeliverable', receiptError: '7' }, 'UNDELIV', 5, '007'],
  ['undelivered', { code: 'undeliverable', receiptError: '00B' }, 'UNDELIV', 5, '00B'],
  ['undelivered', { code: 'undeliverable', receiptError: '0069' }, 'UNDELIV', 5, '069'],
  ['undelivered', { code: 'undeliverable', receiptError: '1234' }, 'UNDELIV', 5, '234'],
  ['undelivered', { code: 'undeliverable', receiptError: '0000' }, 'UNDELIV', 5, '000'],
  ['unknown', undefined, 'UNKNOWN', 7, '000'],
  ['rejected', { code: 'carrier_rejected', smppStatus: 0x0b }, 'REJECTD', 8, '00B'],
  ['rejected', { code: 'carrier_rejected', smppStatus: 0x410 }, 'REJECTD', 8, '410'],
  ['failed', { code: 'no_route' }, 'UNDELIV', 5, '045'],
  ['failed', { code: 'nacked', smppStatus: 0x03 }, 'UNDELIV', 5, '003'],
  ['failed', byPolicy, 'REJECTD', 8, '001'],
])('%s because of %j is %s, %i, err %s', (status, error, stat, messageState, err) => {
  expect(receiptWords(status, error)).toEqual({ stat, messageState, err });
});
