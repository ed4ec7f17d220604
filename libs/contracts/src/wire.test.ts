// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import {
  clientAlphabets,
  createMessageId,
  lanes,
  messageStatuses,
  requestedEncodings,
  type Message,
  type MessageBody,
} from '@sendium/message';
import fc from 'fast-check';
import {
  decodeDeadLetter,
  decodeDeliverBatch,
  decodeDispatchBatch,
  decodeEventBatch,
  decodeInboundBatch,
  decodeSubmitBatch,
  deliverConsumer,
  dispatchChannel,
  dueDeliverConsumer,
  dueDeliverChannel,
  encodeDeadLetter,
  encodeDeliverBatch,
  encodeSubmitBatch,
  eventChannel,
  inboundChannel,
  laneOfSubject,
  producerOf,
  receiptStates,
  deliverChannel,
  reportIdOf,
  submitChannel,
  streamDefinitions,
  subjects,
  type DispatchItem,
  type GatewayEvent,
  type Report,
  type SubmitItem,
} from './index.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const time = fc.integer({ min: 1, max: 2 ** 47 });
const octet = fc.integer({ min: 0, max: 255 });
const octets = fc.uint8Array({ maxLength: 20 });
const id = fc
  .tuple(time, fc.uint8Array({ minLength: 10, maxLength: 10 }))
  .map(([at, random]) => createMessageId(at, random));
const address = fc.record({ ton: octet, npi: octet, value: text });
const filled = fc.string({ minLength: 1, maxLength: 20 });
const alphabet = fc.constantFrom(...clientAlphabets);
const language = fc.constantFrom('turkish', 'spanish', 'portuguese');
const body: fc.Arbitrary<MessageBody> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('text' as const),
      text,
      encoding: fc.constantFrom(...requestedEncodings),
      flash: fc.boolean(),
      languages: fc.array(language, { minLength: 1, maxLength: 3 }),
      alphabet,
    },
    { requiredKeys: ['kind', 'text', 'encoding', 'flash'] },
  ),
  fc.record(
    {
      kind: fc.constant('binary' as const),
      data: octets,
      udh: octets,
      dataCoding: octet,
      protocolId: octet,
      alphabet,
    },
    { requiredKeys: ['kind', 'data', 'udh', 'dataCoding', 'protocolId'] },
  ),
);
const message: fc.Arbitrary<Message> = fc.record(
  {
    id,
    account: filled,
    lane: fc.constantFrom(...lanes),
    to: address,
    from: address,
    body,
    maxSegments: fc.integer({ min: 1, max: 255 }),
    acceptedAtMs: time,
    sendAtMs: time,
    expiresAtMs: time,
    deliveryReport: fc.constantFrom('none' as const, 'final' as const, 'all' as const),
    clientReference: filled,
    metadata: fc.dictionary(
      filled.filter((key) => key !== '__proto__'),
      text,
      { noNullPrototype: true },
    ),
    webhookUrl: filled,
    clientMessageId: filled,
    batchId: filled,
    origin: fc.record(
      { ingress: fc.constantFrom('http' as const, 'smpp' as const), session: filled },
      { requiredKeys: ['ingress'] },
    ),
    segments: octet,
    encoding: fc.constantFrom(
      'gsm7' as const,
      'ucs2' as const,
      'latin1' as const,
      'binary' as const,
    ),
    registeredDelivery: octet,
    smpp: fc.record({
      serviceType: text,
      esmClass: octet,
      protocolId: octet,
      priorityFlag: octet,
      dataCoding: octet,
      source: address,
      destination: address,
      tlvs: fc.array(fc.record({ tag: fc.integer({ min: 0, max: 0xffff }), value: octets })),
    }),
  },
  {
    requiredKeys: [
      'id',
      'account',
      'lane',
      'to',
      'from',
      'body',
      'maxSegments',
      'acceptedAtMs',
      'expiresAtMs',
      'deliveryReport',
      'metadata',
      'origin',
      'segments',
      'encoding',
    ],
  },
);
const submitItem: fc.Arbitrary<SubmitItem> = fc.record({
  message,
  attempt: octet,
  history: fc.array(
    fc.record({
      attempt: octet,
      connector: filled,
      verdict: fc.constantFrom('retry' as const, 'next_target' as const, 'returned' as const),
      commandStatus: fc.nat(),
      atMs: time,
    }),
    { maxLength: 3 },
  ),
  partsDone: fc.array(octet, { maxLength: 3 }),
});

const event: fc.Arbitrary<GatewayEvent> = fc.oneof(
  fc
    .record({
      message,
      attempt: octet,
      route: filled,
      connector: filled,
      configurationVersion: octet,
      atMs: time,
    })
    .map((rest) => ({ kind: 'routed' as const, messageId: rest.message.id, ...rest })),
  fc
    .record({ message, dueAtMs: time, atMs: time })
    .map((rest) => ({ kind: 'scheduled' as const, messageId: rest.message.id, ...rest })),
  fc
    .record({
      message,
      conclusion: fc.constantFrom(
        'failed' as const,
        'rejected' as const,
        'expired' as const,
        'canceled' as const,
      ),
      code: fc.constantFrom('no_route' as const, 'message_expired' as const),
      attempt: octet,
      atMs: time,
    })
    .map((rest) => ({ kind: 'concluded' as const, messageId: rest.message.id, ...rest })),
  fc.record(
    {
      kind: fc.constant('outcome' as const),
      atMs: time,
      messageId: id,
      attempt: octet,
      part: octet,
      parts: octet,
      connector: filled,
      result: fc.constantFrom(
        'submitted' as const,
        'retry' as const,
        'unknown' as const,
        'expired' as const,
      ),
      commandStatus: fc.nat(),
      carrierMessageId: text,
      destination: text,
      dueAtMs: time,
      code: fc.constantFrom('carrier_rejected' as const, 'nacked' as const),
      encoding: fc.constantFrom('gsm7' as const, 'binary' as const),
      receiptExpected: fc.boolean(),
    },
    {
      requiredKeys: [
        'kind',
        'atMs',
        'messageId',
        'attempt',
        'part',
        'parts',
        'connector',
        'result',
        'commandStatus',
        'carrierMessageId',
        'destination',
        'dueAtMs',
        'receiptExpected',
      ],
    },
  ),
  fc.record({
    kind: fc.constant('intent' as const),
    atMs: time,
    messageId: id,
    attempt: octet,
    part: octet,
    connector: filled,
  }),
  fc.record(
    {
      kind: fc.constant('receipt' as const),
      atMs: time,
      connector: filled,
      carrierMessageIds: fc.array(text, { maxLength: 2 }),
      recipient: text,
      state: fc.constantFrom(...receiptStates),
      stat: text,
      error: text,
      networkError: fc.record({ type: octet, code: fc.integer({ min: 0, max: 65535 }) }),
      doneDate: text,
    },
    {
      requiredKeys: [
        'kind',
        'atMs',
        'connector',
        'carrierMessageIds',
        'recipient',
        'state',
        'stat',
        'error',
        'doneDate',
      ],
    },
  ),
);

const report: fc.Arbitrary<Report> = fc.record(
  {
    kind: fc.constant('report' as const),
    messageId: id,
    clientMessageId: filled,
    account: filled,
    status: fc.constantFrom(...messageStatuses),
    atMs: time,
    acceptedAtMs: time,
    to: address,
    from: address,
    segments: octet,
    segmentsDelivered: octet,
    error: fc.record(
      {
        code: fc.constantFrom('no_route' as const, 'undeliverable' as const),
        smppStatus: fc.nat(),
        receiptError: filled,
        networkError: fc.record({ type: octet, code: fc.integer({ min: 0, max: 65535 }) }),
      },
      { requiredKeys: ['code'] },
    ),
    session: filled,
    text: filled,
    message,
    tries: octet,
  },
  {
    requiredKeys: [
      ...(['kind', 'messageId', 'account', 'status', 'atMs', 'acceptedAtMs'] as const),
      ...(['to', 'from', 'segments', 'segmentsDelivered', 'tries'] as const),
    ],
  },
);

test('a batch of accepted messages comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(submitItem, { maxLength: 4 }), (items) => {
      const decoded = decodeSubmitBatch(submitChannel('normal', 'p').encode(items));
      expect(decoded).toMatchObject(items);
      expect(decodeSubmitBatch(encodeSubmitBatch(items, 'p'))).toMatchObject(items);
    }),
  );
});

test('a batch of routed messages comes back as it was', () => {
  const item = fc
    .tuple(submitItem, filled, octet)
    .map(([rest, route, configurationVersion]): DispatchItem => ({
      ...rest,
      route,
      configurationVersion,
    }));
  fc.assert(
    fc.property(fc.array(item, { maxLength: 4 }), (items) => {
      expect(decodeDispatchBatch(dispatchChannel('sim', 'bulk', 'p').encode(items))).toMatchObject(
        items,
      );
    }),
  );
});

test('a batch of events comes back as it was, and says who wrote it', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 4 }), filled, (events, producer) => {
      const encoded = eventChannel('sim', 'outcome', producer).encode(events);
      expect(decodeEventBatch(encoded)).toMatchObject({ producer, events });
      expect(producerOf(encoded)).toBe(producer);
    }),
  );
});

test('a batch of reports comes back as it was, new or again, for SMPP and for webhooks', () => {
  fc.assert(
    fc.property(fc.array(report, { maxLength: 4 }), (items) => {
      expect(decodeDeliverBatch(deliverChannel('smpp', 'demo', 'p').encode(items))).toEqual(items);
      expect(decodeDeliverBatch(encodeDeliverBatch(items, 'p'))).toEqual(items);
    }),
  );
});

test('a report is one per message, status and id of a part, and never larger than its channel says', () => {
  fc.assert(
    fc.property(report, report, (one, other) => {
      const isSame =
        one.messageId === other.messageId &&
        one.status === other.status &&
        one.clientMessageId === other.clientMessageId;
      expect(reportIdOf(one) === reportIdOf(other)).toBe(isSame);
      const again: Report = { ...one, tries: one.tries + 1 };
      expect(reportIdOf(again)).toBe(reportIdOf(one));
      const channel = deliverChannel('webhook', 'demo', '');
      expect(channel.encode([one]).length).toBeLessThanOrEqual(channel.sizeOf(one) + 16);
    }),
  );
});

test('reports are read where they are written, in streams that hold those subjects', () => {
  const covers = (stream: string, subject: string): boolean =>
    streamDefinitions().some(
      ({ name, subjects: over }) =>
        name === stream &&
        over.includes(subject.replace(/[^.]+$/, '*').replace(/^deliver.*/, 'deliver.*.*')),
    );
  for (const kind of ['smpp', 'webhook'] as const) {
    const [fresh, again] = [deliverConsumer(kind, 'demo'), dueDeliverConsumer(kind, 'demo')];
    expect(fresh.filterSubject).toBe(deliverChannel(kind, 'demo', 'p').subject);
    expect(again.filterSubject).toBe(dueDeliverChannel(kind, 'demo', 'p').subject);
    expect(covers(fresh.stream, fresh.filterSubject)).toBe(true);
    expect(covers(again.stream, again.filterSubject)).toBe(true);
  }
});

test('an inbound SMS and a dead letter come back as they were', () => {
  const inbound = {
    id: '0193a1c200007abc8def0123456789ab',
    connector: 'sim',
    from: { ton: 1, npi: 1, value: '447700900123' },
    to: { ton: 0, npi: 1, value: '12345' },
    dataCoding: 0,
    esmClass: 0,
    protocolId: 0,
    octets: Uint8Array.of(1, 2, 3),
    tlvs: [{ tag: 0x1400, value: Uint8Array.of(9) }],
    receivedAtMs: 5,
    mayBeResent: true,
  };
  expect(decodeInboundBatch(inboundChannel('sim', 'p').encode([inbound]))).toMatchObject([inbound]);
  const letter = {
    origin: 'router',
    reason: 'r',
    subject: 's',
    payload: Uint8Array.of(1),
    atMs: 3,
  };
  expect(decodeDeadLetter(encodeDeadLetter(letter))).toEqual(letter);
});

test('whatever the octets, decoding gives a batch or a WireError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
      for (const decode of [
        decodeSubmitBatch,
        decodeDispatchBatch,
        decodeEventBatch,
        decodeInboundBatch,
        decodeDeliverBatch,
      ]) {
        try {
          decode(garbage);
        } catch (error) {
          expect(error).toMatchObject({ name: 'WireError' });
        }
      }
    }),
  );
});

test('an item never takes more octets than its channel says', () => {
  fc.assert(
    fc.property(submitItem, (item) => {
      const channel = submitChannel('normal', '');
      expect(channel.encode([item]).length).toBeLessThanOrEqual(channel.sizeOf(item) + 16);
    }),
  );
});

test('the lane is the last token of the subject', () => {
  for (const lane of lanes) expect(laneOfSubject(subjects.dispatch('sim', lane))).toBe(lane);
  expect(laneOfSubject('event.sim.outcome')).toBeUndefined();
});
