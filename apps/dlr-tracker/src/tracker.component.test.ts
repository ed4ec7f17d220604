// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, sampleMessage } from '@sendium/backbone';
import {
  decodeDeadLetter,
  decodeEventBatch,
  eventChannel,
  streams,
  submitChannel,
} from '@sendium/contracts';
import { createMessageId } from '@sendium/message';
import { eventually } from '@sendium/testkit';
import {
  carrierId,
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

const expectStatus = async (
  message: Parameters<TrackerUnderTest['record']>[0],
  status: string,
): Promise<void> => {
  await eventually(async () => expect(await tracker.record(message)).toMatchObject({ status }));
};

const metric = async (name: string): Promise<readonly string[]> => {
  const text = await (await fetch(`${tracker.app.probeUrl}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(name));
};

test('a message that is routed, submitted and receipted is delivered, with its timeline', async () => {
  const message = sampleMessage({ clientReference: 'order-42' });
  await tracker.tell('carrier', routedEvent(message));
  await expectStatus(message, 'queued');
  await tracker.tell('carrier', outcomeEvent(message));
  await expectStatus(message, 'sent');
  await tracker.tell('carrier', receiptEvent(message));
  await expectStatus(message, 'delivered');
  expect(await tracker.record(message)).toMatchObject({
    ...{ final: true, segments: 1, segmentsDelivered: 1, error: undefined },
    ...{ sentAt: new Date(message.acceptedAtMs + 2) },
    completedAt: new Date(message.acceptedAtMs + 500),
    message: { id: message.id, account: 'demo', clientReference: 'order-42' },
  });
  expect(await tracker.timeline(message)).toMatchObject([
    { type: 'accepted', at: new Date(message.acceptedAtMs) },
    { type: 'routed', connector: 'first', route: 'all' },
    { type: 'submitted', carrierMessageId: carrierId(message), smppStatus: 0 },
    { type: 'receipt', stat: 'DELIVRD', err: '000' },
  ]);
});

test('a receipt that comes before its outcome waits, durably, and is matched when that comes', async () => {
  const message = sampleMessage();
  await tracker.tell('carrier', routedEvent(message), receiptEvent(message));
  await expectStatus(message, 'queued');
  await tracker.replace();
  await tracker.tell('carrier', outcomeEvent(message));
  await expectStatus(message, 'delivered');
});

test('a receipt that comes twice, over two connectors of its group, is one receipt', async () => {
  const message = sampleMessage();
  const receipt = receiptEvent(message);
  await tracker.tell('carrier', routedEvent(message), outcomeEvent(message), receipt);
  await expectStatus(message, 'delivered');
  await tracker.tell('carrier', receipt, {
    ...receipt,
    connector: 'second',
    atMs: receipt.atMs + 9,
  });
  const later = sampleMessage();
  await tracker.tell('carrier', routedEvent(later));
  await expectStatus(later, 'queued');
  const receipts = (await tracker.timeline(message)).filter(({ type }) => type === 'receipt');
  expect(receipts).toHaveLength(1);
  expect(await metric('sendium_delivery_reports_total')).toEqual([
    'sendium_delivery_reports_total{connector="first",status="delivered"} 1',
  ]);
});

test('a receipt over another connector of the group finds its message, over another group it does not', async () => {
  const [one, other] = [sampleMessage(), sampleMessage()];
  for (const message of [one, other]) {
    await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
  }
  await tracker.tell('hexed', receiptEvent(other, { connector: 'hexed' }));
  await tracker.tell('carrier', receiptEvent(one, { connector: 'second' }));
  await expectStatus(one, 'delivered');
  await expectStatus(other, 'sent');
});

test('id formats that are configured settle how a receipt is read', async () => {
  const message = sampleMessage();
  const at = { connector: 'hexed' };
  await tracker.tell('hexed', routedEvent(message, at));
  await tracker.tell('hexed', outcomeEvent(message, { ...at, carrierMessageId: '00FFab' }));
  await tracker.tell('hexed', receiptEvent(message, { ...at, carrierMessageIds: ['65451'] }));
  await expectStatus(message, 'delivered');
});

test('a receipt whose destination is another one is not taken for this message', async () => {
  const message = sampleMessage();
  await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
  await tracker.tell('carrier', receiptEvent(message, { recipient: '447700900999' }));
  await tracker.tell('carrier', receiptEvent(message, { state: 'undeliverable', stat: 'UNDELIV' }));
  await expectStatus(message, 'undelivered');
});

test('a message in parts is delivered when each part is', async () => {
  const message = sampleMessage();
  const part = (number: number) => ({ part: number, parts: 2, carrierMessageId: `${number}` });
  await tracker.tell('carrier', routedEvent(message));
  await tracker.tell('carrier', outcomeEvent(message, part(1)), outcomeEvent(message, part(2)));
  await tracker.tell('carrier', receiptEvent(message, { carrierMessageIds: ['2'] }));
  await eventually(async () =>
    expect(await tracker.record(message)).toMatchObject({ status: 'sent', segmentsDelivered: 1 }),
  );
  await tracker.tell('carrier', receiptEvent(message, { carrierMessageIds: ['1'] }));
  await expectStatus(message, 'delivered');
});

test('a question about a young message waits for its first word', async () => {
  // It waits for a second, which a busy machine may take for telling.
  await eventually(async () => {
    const message = sampleMessage();
    const answer = tracker.record(message);
    await tracker.tell('carrier', routedEvent(message));
    expect(await answer).toMatchObject({ status: 'queued' });
  });
});

test('a message of another account, an unknown one and no id at all are not found', async () => {
  const message = sampleMessage();
  await tracker.tell('carrier', routedEvent(message));
  await expectStatus(message, 'queued');
  const old = createMessageId(Date.now() - 60_000, new Uint8Array(10));
  for (const asked of [
    { id: message.id, account: 'other' },
    { id: sampleMessage().id, account: 'demo' },
    { id: old, account: 'demo' },
    { id: 'no id' as typeof old, account: 'demo' },
  ]) {
    await expect(tracker.record(asked)).rejects.toMatchObject({ status: 'not_found' });
    await expect(tracker.timeline(asked)).rejects.toMatchObject({ status: 'not_found' });
  }
});

test('what may be under way to the tracker is not denied, what cannot be is', async () => {
  const [waiting, early] = [
    sampleMessage(),
    createMessageId(Date.now() - 60_000, new Uint8Array(10)),
  ];
  const { publisher } = tracker.backbone;
  const item = { message: waiting, attempt: 0, history: [], partsDone: [] };
  await publisher.publish(submitChannel('normal', 'test'), item);
  await expect(tracker.record(waiting)).rejects.toMatchObject({ status: 'failed_precondition' });
  const absent = { id: early, account: 'demo' };
  await expect(tracker.record(absent)).rejects.toMatchObject({ status: 'not_found' });
  await tracker.backbone.bus.api(`STREAM.PURGE.${streams.submit}`, {});
  await eventually(() =>
    expect(tracker.record(waiting)).rejects.toMatchObject({ status: 'not_found' }),
  );
});

test('events of a group that no configuration names yet are read once it does', async () => {
  const message = sampleMessage();
  await tracker.tell('late', routedEvent(message), outcomeEvent(message), receiptEvent(message));
  const late = '{ host: 127.0.0.1, port: 1, system_id: x, password: x }';
  await tracker.backbone.configure(
    `version: 1\naccounts: { demo: {} }\nconnectors: { late: ${late} }\nroutes: []`,
  );
  await expectStatus(message, 'delivered');
});

test('octets that are no events go to DEAD, and their neighbours are worked in', async () => {
  const garbage = {
    ...eventChannel('carrier', 'receipt', 'test'),
    encode: () => Buffer.from('?!'),
  };
  await tracker.backbone.publisher.publish(garbage, receiptEvent(sampleMessage()));
  const message = sampleMessage();
  await tracker.tell('carrier', routedEvent(message));
  await expectStatus(message, 'queued');
  await eventually(async () => {
    const dead = await readStored(tracker.backbone.bus, streams.dead, 'dead.tracker', (octets) => [
      decodeDeadLetter(octets),
    ]);
    expect(dead).toMatchObject([{ subject: 'event.carrier.receipt', payload: Buffer.from('?!') }]);
  });
});

test('SIGTERM works in what is in hand and ends with exit code 0; the store file survives', async () => {
  const messages = Array.from({ length: 200 }, () => sampleMessage());
  for (const message of messages) {
    void tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
  }
  const [first] = messages;
  await expectStatus(first!, 'sent');
  expect(await tracker.app.stop()).toMatchObject({ code: 0 });
  await tracker.replace();
  for (const message of messages) await expectStatus(message, 'sent');
});

test('a receipt that no message claims goes to DEAD with its reason, ready to be told again', async () => {
  await tracker[Symbol.asyncDispose]();
  tracker = await startTracker({ SENDIUM_TRACKER_PARKED_FOR: '1s' });
  const message = sampleMessage();
  const receipt = receiptEvent(message);
  await tracker.tell('carrier', receipt);
  const dead = await eventually(async () => {
    const letters = await readStored(
      tracker.backbone.bus,
      streams.dead,
      'dead.tracker',
      (octets) => [decodeDeadLetter(octets)],
    );
    expect(letters).toHaveLength(1);
    return letters[0]!;
  });
  expect(dead).toMatchObject({ subject: 'event.carrier.receipt' });
  expect(dead.reason).toContain('no message');
  expect(decodeEventBatch(dead.payload).events).toEqual([receipt]);
  expect(await metric('sendium_delivery_report_unmatched_total')).toEqual([
    'sendium_delivery_report_unmatched_total{connector="first",reason="no_message"} 1',
  ]);
});

test('a message without a final receipt becomes unknown, and a late receipt settles it', async () => {
  await tracker[Symbol.asyncDispose]();
  tracker = await startTracker({ SENDIUM_TRACKER_UNKNOWN_AFTER: '1s' });
  const message = sampleMessage();
  await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
  await expectStatus(message, 'unknown');
  expect(await tracker.record(message)).toMatchObject({
    ...{ final: true, completedAt: new Date(message.acceptedAtMs + 2 + 1000) },
  });
  await tracker.tell('carrier', receiptEvent(message, { atMs: Date.now() }));
  await expectStatus(message, 'delivered');
});

test('messages are forgotten when their time is over, those still under way are not', async () => {
  await tracker[Symbol.asyncDispose]();
  tracker = await startTracker({ SENDIUM_TRACKER_RETENTION: '1s' });
  const [done, open] = [sampleMessage(), sampleMessage()];
  for (const message of [done, open]) {
    await tracker.tell('carrier', routedEvent(message), outcomeEvent(message));
  }
  await expectStatus(done, 'sent');
  await tracker.tell('carrier', receiptEvent(done));
  await eventually(async () =>
    expect(tracker.record(done)).rejects.toMatchObject({ status: 'not_found' }),
  );
  await expectStatus(open, 'sent');
});

test('messages are found by the id that their client was given, by no other account', async () => {
  const [one, two] = [0, 1].map(() => sampleMessage({ clientMessageId: '0000beef' }));
  const [first, second] = [one?.id ?? '', two?.id ?? ''];
  const plain = sampleMessage();
  // Asked before it is known: the answer waits a little for what is young.
  const early = tracker.find('demo', '0000beef');
  for (const message of [one, two, plain]) {
    if (message !== undefined) await tracker.tell('carrier', routedEvent(message));
  }
  expect((await early).length).toBeGreaterThan(0);
  await eventually(async () =>
    expect(await tracker.find('demo', '0000beef')).toEqual([first, second].sort()),
  );
  expect(await tracker.find('demo', plain.id)).toEqual([plain.id]);
  expect(await tracker.find('demo', first)).toEqual([first]);
  for (const id of ['0000beef', first]) {
    await expect(tracker.find('other', id)).rejects.toMatchObject({ status: 'not_found' });
  }
});

test('a message that was joined from parts is found by the id of each of them', async () => {
  const message = sampleMessage();
  const parts = [message, sampleMessage(), sampleMessage()];
  const clientParts = [
    ...parts.map(({ id }) => ({ id, registeredDelivery: 0 })),
    { id: '0000f00d', registeredDelivery: 0 },
  ];
  await tracker.tell('carrier', routedEvent({ ...message, clientParts }));
  for (const { id } of clientParts) {
    expect(await tracker.find('demo', id)).toEqual([message.id]);
    await expect(tracker.find('other', id)).rejects.toMatchObject({ status: 'not_found' });
  }
});
