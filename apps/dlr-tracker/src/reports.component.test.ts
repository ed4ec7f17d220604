// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, sampleMessage } from '@sendium/backbone';
import {
  decodeDeadLetter,
  decodeDeliverBatch,
  defaultTopology,
  gatewayTopology,
  deliverIdOf,
  reportIdOf,
  streams,
  subjects,
  type DeliverItem,
} from '@sendium/contracts';
import { applyTopology } from '@sendium/bus';
import type { Message } from '@sendium/message';
import { eventually } from '@sendium/testkit';
import {
  outcomeEvent,
  receiptEvent,
  routedEvent,
  startTracker,
  type TrackerUnderTest,
} from './tracker.fixture.ts';

let tracker: TrackerUnderTest;
beforeEach(async () => {
  tracker = await startTracker();
});
afterEach(async () => {
  await tracker[Symbol.asyncDispose]();
});

const bySmpp = (over: Partial<Message> = {}): Message =>
  sampleMessage({
    registeredDelivery: 0x11,
    origin: { ingress: 'smpp', session: 'session-1' },
    ...over,
  });

const reports = (account = 'demo'): Promise<readonly DeliverItem[]> => {
  const subject = subjects.deliver('smpp', account);
  return readStored(tracker.backbone.bus, streams.deliver, subject, decodeDeliverBatch);
};

const reported = async (...expected: readonly object[]): Promise<void> => {
  await eventually(async () => expect(await reports()).toMatchObject(expected));
};

test('a message that came by SMPP is reported on as it asked, with all that its receipt says', async () => {
  const message = bySmpp({
    clientMessageId: '12345678',
    smpp: {
      ...{ serviceType: '', esmClass: 0, protocolId: 0, priorityFlag: 0, dataCoding: 0, tlvs: [] },
      source: { ton: 5, npi: 0, value: 'ACME' },
      destination: { ton: 0, npi: 0, value: '+447700900123' },
    },
  });
  await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
  await reported({ status: 'sent' });
  const networkError = { type: 3, code: 0x45 };
  await tracker.tell(
    'carrier',
    receiptEvent(message, { state: 'undeliverable', stat: 'UNDELIV', error: '069', networkError }),
  );
  const common = {
    kind: 'report',
    ...{ messageId: message.id, clientMessageId: '12345678', account: 'demo', tries: 0 },
    ...{ session: 'session-1', acceptedAtMs: message.acceptedAtMs, segments: 1 },
    to: { ton: 0, npi: 0, value: '+447700900123' },
    from: { ton: 5, npi: 0, value: 'ACME' },
  };
  await reported(
    { ...common, status: 'sent', atMs: message.acceptedAtMs + 2 },
    {
      ...common,
      ...{ status: 'undelivered', atMs: message.acceptedAtMs + 500 },
      error: { code: 'undeliverable', receiptError: '069', networkError },
    },
  );
  expect((await reports())[0]).not.toHaveProperty('error');
  expect((await reports())[0]).not.toHaveProperty('message');
  expect((await reports())[0]).not.toHaveProperty('text');
});

test('what came by REST, or asked for nothing, is not reported by SMPP', async () => {
  const silent = [sampleMessage({ deliveryReport: 'all' }), bySmpp({ registeredDelivery: 0 })];
  const loud = bySmpp();
  for (const message of [...silent, loud]) {
    await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
    await tracker.tell('carrier', receiptEvent(message));
  }
  const own = { messageId: loud.id };
  await reported({ ...own, status: 'sent' }, { ...own, status: 'delivered' });
});

test('an account that wants the text in its receipts is given its beginning', async () => {
  await tracker.backbone.configure(`
version: 1
accounts:
  demo: { smpp: { system_id: demo, password: x, receipts: { text: true } } }
connectors: { first: { host: 127.0.0.1, port: 1, system_id: x, password: x, group: carrier } }
routes: []
`);
  await eventually(async () => {
    const message = bySmpp({
      body: { kind: 'text', text: 'x'.repeat(30), encoding: 'auto', flash: false },
    });
    await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
    expect((await reports()).at(-1)).toMatchObject({ text: 'x'.repeat(20) });
  });
});

test('what the gateway ended, or a carrier never finished, is reported too', async () => {
  await tracker[Symbol.asyncDispose]();
  tracker = await startTracker({ SENDIUM_TRACKER_UNKNOWN_AFTER: '1s' });
  const [failed, lapsed] = [bySmpp(), bySmpp({ registeredDelivery: 2 })];
  await tracker.tell('_gateway', {
    kind: 'concluded',
    ...{ atMs: failed.acceptedAtMs + 1, messageId: failed.id, message: failed, attempt: 0 },
    ...{ conclusion: 'failed', code: 'no_route' },
  });
  await reported({ messageId: failed.id, status: 'failed', error: { code: 'no_route' } });
  await tracker.tell('carrier', routedEvent(lapsed), outcomeEvent(lapsed));
  await reported({ status: 'failed' }, { messageId: lapsed.id, status: 'unknown' });
});

test('each part of a joined message is reported as it asked, by its own id, to its own session', async () => {
  const message = bySmpp();
  const parts = [
    { id: message.id, registeredDelivery: 0x11, session: 'session-1' },
    { id: '0000beef', registeredDelivery: 0, session: 'session-2' },
    { id: '0000cafe', registeredDelivery: 1, session: 'session-3' },
  ];
  const joined = { ...message, clientParts: parts };
  await tracker.tell('carrier', routedEvent(joined), outcomeEvent(joined));
  await tracker.tell('carrier', receiptEvent(joined));
  const own = { messageId: message.id };
  await reported(
    { ...own, status: 'sent', session: 'session-1' },
    { ...own, status: 'delivered', session: 'session-1' },
    { ...own, status: 'delivered', clientMessageId: '0000cafe', session: 'session-3' },
  );
  const told = await reports();
  expect(told[0]).not.toHaveProperty('clientMessageId');
  expect(told[1]).not.toHaveProperty('clientMessageId');
  expect(new Set(told.map(deliverIdOf)).size).toBe(3);
});

test('kill -9 at any moment: every report is there, and twice only as the same report', async () => {
  const messages = Array.from({ length: 200 }, () => bySmpp());
  for (let start = 0; start < messages.length; start += 50) {
    const some = messages.slice(start, start + 50);
    const telling = Promise.all(
      some.flatMap((message) =>
        [routedEvent(message), outcomeEvent(message), receiptEvent(message)].map((event) =>
          tracker.tell('carrier', event),
        ),
      ),
    );
    await new Promise((go) => setTimeout(go, Math.random() * 150));
    await tracker.replace();
    await telling;
  }
  await eventually(
    async () => {
      const told = new Set((await reports()).map(deliverIdOf));
      for (const { id: messageId } of messages) {
        expect(told).toContain(reportIdOf({ messageId, status: 'delivered' }));
      }
    },
    { timeoutMs: 50_000 },
  );
}, 120_000);

test('a queue of reports that is full holds nothing up: the rest goes to DEAD, ready to be replayed', async () => {
  const { bus } = tracker.backbone;
  await applyTopology(bus, gatewayTopology({ ...defaultTopology, maxBatchesPerSubject: 1 }));
  const messages = [bySmpp(), bySmpp({ account: 'other' }), bySmpp()];
  for (const message of messages) {
    await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
    await eventually(async () =>
      expect(await tracker.record(message)).toMatchObject({ status: 'sent' }),
    );
  }
  await reported({ messageId: messages[0]!.id });
  expect(await reports('other')).toMatchObject([{ messageId: messages[1]!.id }]);
  const subject = subjects.dead('tracker-reports');
  const [dead] = await readStored(bus, streams.dead, subject, (octets) => [
    decodeDeadLetter(octets),
  ]);
  expect(dead).toMatchObject({ messageId: messages[2]!.id, subject: 'deliver.smpp.demo' });
  expect(dead?.reason).toContain('full');
  expect(decodeDeliverBatch(dead!.payload)).toMatchObject([{ messageId: messages[2]!.id }]);
});
