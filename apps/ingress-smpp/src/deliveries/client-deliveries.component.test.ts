// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, startBackbone, type Backbone } from '@sendium/backbone';
import {
  decodeDeadLetter,
  deliverConsumer,
  deliverChannel,
  reportIdOf,
  streams,
  type Report,
} from '@sendium/contracts';
import { commandStatus } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import {
  serveDeliveries,
  type DeliveryServer,
  type DeliveryServerOptions,
} from './delivery-server.fixture.ts';
import { sampleReport } from './sample-report.fixture.ts';
import { bindClient, type ClientOptions, type TestClient } from './test-client.fixture.ts';

let backbone: Backbone;
const servers: DeliveryServer[] = [];
const clients: TestClient[] = [];

beforeEach(async () => {
  const configuration = 'version: 1\naccounts: { demo: {} }\nconnectors: {}\nroutes: []\n';
  backbone = await startBackbone({ configuration });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.vanish();
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
  await backbone[Symbol.asyncDispose]();
});

async function serve(options: DeliveryServerOptions = {}): Promise<DeliveryServer> {
  const server = await serveDeliveries(backbone.bus, options);
  servers.push(server);
  return server;
}

async function bind(server: DeliveryServer, options: Partial<ClientOptions> = {}) {
  const client = await bindClient({ port: server.port, ...options });
  clients.push(client);
  return client;
}

async function publish(...reports: readonly Report[]): Promise<void> {
  await Promise.all(
    reports.map((report) =>
      backbone.publisher.publish(deliverChannel('smpp', report.account, 'test'), report),
    ),
  );
}

const some = (count: number, over: Partial<Report> = {}): Report[] =>
  Array.from({ length: count }, () => sampleReport(over));
const idsOf = (reports: readonly Report[]): string[] =>
  reports.map(({ messageId }) => messageId as string).sort();
const sorted = (ids: readonly string[]): string[] => [...ids].sort();

async function waitingIn(stream: string): Promise<number> {
  const { state } = await backbone.bus.api<{ state: { messages: number } }>(
    `STREAM.INFO.${stream}`,
  );
  return state.messages;
}

/** Nothing waits any more, neither new nor to come again. */
async function nothingWaits(): Promise<void> {
  await eventually(async () => {
    expect([await waitingIn(streams.deliver), await waitingIn(streams.later)]).toEqual([0, 0]);
  });
}

test('a bound client is given its report, with text and TLVs, and an answer ends it', async () => {
  const client = await bind(await serve());
  const report = sampleReport({
    status: 'undelivered',
    error: { code: 'undeliverable', receiptError: '069', networkError: { type: 3, code: 69 } },
  });
  await publish(report);
  await nothingWaits();
  expect(client.received).toHaveLength(1);
  expect(client.received[0]).toMatchObject({
    ...{ esm_class: 0x04, source_addr: '447700900123', destination_addr: 'ACME' },
    ...{ receipted_message_id: report.messageId, message_state: 5 },
    network_error_code: Buffer.of(3, 0, 69),
  });
  expect(client.received[0]?.short_message.message).toMatch(
    new RegExp(
      `^id:${report.messageId} sub:001 dlvrd:000 submit date:\\d{10} done date:\\d{10} stat:UNDELIV err:069 text:$`,
    ),
  );
});

test('reports wait for a client that is offline, and come when it binds, also as a receiver', async () => {
  const server = await serve();
  const reports = some(150);
  await publish(...reports);
  const client = await bind(server, { mode: 'receiver' });
  await nothingWaits();
  expect(sorted(client.ids)).toEqual(idsOf(reports));
});

test('a client of version 3.3 is given no TLV', async () => {
  const client = await bind(await serve(), { interfaceVersion: 0x33 });
  await publish(sampleReport({ clientMessageId: 'abcd1234' }));
  await nothingWaits();
  expect(client.ids).toEqual(['abcd1234']);
  expect(client.received[0]).not.toHaveProperty('receipted_message_id');
  expect(client.received[0]).not.toHaveProperty('message_state');
});

test('a report is given to the session that submitted the message, while that has room', async () => {
  const server = await serve({ receipts: { windowSize: 5 } });
  const first = await bind(server);
  const second = await bind(server, { answer: () => undefined });
  const own = some(5, { session: 'session-2' });
  await publish(...own);
  await eventually(() => expect(sorted(second.ids)).toEqual(idsOf(own)));
  const overflowing = some(3, { session: 'session-2' });
  await publish(...overflowing);
  await eventually(() => expect(sorted(first.ids)).toEqual(idsOf(overflowing)));
  second.answerAll();
  await nothingWaits();
  expect(second.received).toHaveLength(5);
});

test('binds of one account share its reports evenly, each within its window', async () => {
  const server = await serve({ receipts: { windowSize: 4 } });
  const held = await Promise.all([1, 2, 3].map(() => bind(server, { answer: () => undefined })));
  await publish(...some(100));
  for (let round = 1; round <= 8; round++) {
    await eventually(() =>
      expect(held.map(({ ids }) => ids.length)).toEqual([1, 1, 1].map(() => round * 4)),
    );
    for (const client of held) client.answerAll();
  }
  await eventually(() => expect(held.flatMap(({ ids }) => ids)).toHaveLength(100));
  for (const client of held) client.answerAll();
  await nothingWaits();
});

test('what a lost bind has not answered goes at once to another one, or waits for the next', async () => {
  const server = await serve({ receipts: { windowSize: 3 } });
  const first = await bind(server, { answer: () => undefined });
  const reports = some(10);
  await publish(...reports);
  await eventually(() => expect(first.received).toHaveLength(3));
  const second = await bind(server, { answer: () => undefined });
  await eventually(() => expect(second.received).toHaveLength(3));
  first.vanish();
  second.answerAll();
  await eventually(() => expect(second.received).toHaveLength(6));
  second.vanish();
  const third = await bind(server);
  await nothingWaits();
  const answered = second.ids.slice(0, 3);
  expect(sorted([...answered, ...third.ids])).toEqual(idsOf(reports));
});

test('a report that is not answered in time is given again', async () => {
  let isDeaf = true;
  const server = await serve({ receipts: { responseMs: 150 } });
  const client = await bind(server, { answer: () => (isDeaf ? undefined : 0) });
  const report = sampleReport();
  await publish(report);
  await eventually(() => expect(client.received.length).toBeGreaterThan(2));
  isDeaf = false;
  await nothingWaits();
  expect(new Set(client.ids)).toEqual(new Set([report.messageId]));
});

test('RX_T_APPN puts a report off, longer each time, and it comes again until it is taken', async () => {
  const arrivals: number[] = [];
  const server = await serve({ putOff: { firstMs: 150, mostMs: 600 } });
  const client = await bind(server, {
    answer: () => {
      arrivals.push(Date.now());
      return arrivals.length < 4 ? commandStatus.ESME_RX_T_APPN : 0;
    },
  });
  const [report, neighbour] = [sampleReport(), sampleReport()];
  await publish(report);
  await eventually(() => expect(arrivals).toHaveLength(1));
  await eventually(async () => expect(await waitingIn(streams.later)).toBe(1));
  await eventually(() => expect(arrivals).toHaveLength(4));
  await nothingWaits();
  expect(client.ids).toEqual(client.ids.map(() => report.messageId));
  const gaps = arrivals.slice(1).map((at, index) => at - arrivals[index]!);
  // Each at least as long as its timer.
  expect(gaps.map((gap, index) => gap >= [150, 300, 600][index]! - 5)).toEqual([true, true, true]);
  await publish(neighbour);
  await nothingWaits();
  expect(client.ids.at(-1)).toBe(neighbour.messageId);
});

test('RX_R_APPN ends a report for good, and that one only', async () => {
  const reports = some(3);
  const refused = reports[1]!.messageId;
  const client = await bind(await serve(), {
    answer: ({ receipted_message_id: id }) => (id === refused ? commandStatus.ESME_RX_R_APPN : 0),
  });
  await publish(...reports);
  await nothingWaits();
  expect(sorted(client.ids)).toEqual(idsOf(reports));
});

test('RX_P_APPN ends what waits here for the same destination, and nothing else', async () => {
  const from = { ton: 5, npi: 0, value: 'OTHER' };
  const server = await serve({ receipts: { windowSize: 20 } });
  const client = await bind(server, { answer: () => undefined });
  const [toAcme, toOther] = [some(30), some(10, { from })];
  await publish(...toAcme, ...toOther);
  await eventually(() => expect(client.received).toHaveLength(20));
  client.answerAll(commandStatus.ESME_RX_P_APPN);
  await eventually(() => expect(client.received).toHaveLength(30));
  client.answerAll();
  await nothingWaits();
  expect(sorted(client.ids.slice(20))).toEqual(idsOf(toOther));
});

test('a report that no PDU can hold goes to DEAD, and its neighbours are given', async () => {
  const client = await bind(await serve());
  const [long, good] = [
    sampleReport({ to: { ton: 1, npi: 1, value: '4'.repeat(30) } }),
    sampleReport(),
  ];
  await publish(long, good);
  await nothingWaits();
  expect(client.ids).toEqual([good.messageId]);
  const subject = 'dead.ingress-smpp-deliveries';
  const letters = await readStored(backbone.bus, streams.dead, subject, (octets) => [
    decodeDeadLetter(octets),
  ]);
  expect(letters).toMatchObject([{ messageId: long.messageId, subject: 'deliver.smpp.demo' }]);
});

test('two replicas share an account; when the bind of one goes, the other gives everything', async () => {
  const [one, other] = [await serve({ name: 'a' }), await serve({ name: 'b' })];
  const stuck = await bind(one, { answer: () => undefined });
  const reports = some(1000);
  await publish(...reports);
  await eventually(() => expect(stuck.received).toHaveLength(20));
  const quick = await bind(other);
  await eventually(() => expect(quick.received.length).toBeGreaterThan(0));
  stuck.vanish();
  await nothingWaits();
  expect(sorted(quick.ids)).toEqual(idsOf(reports));
});

test('a replica that ends gives back what it holds: the next one gives it, and nothing answered again', async () => {
  const one = await serve();
  const slow = await bind(one, { answer: () => undefined });
  const reports = some(500);
  await publish(...reports);
  await eventually(() => expect(slow.received).toHaveLength(20));
  slow.answerAll();
  await eventually(() => expect(slow.received).toHaveLength(40));
  await one[Symbol.asyncDispose]();
  servers.splice(0);
  const next = await bind(await serve());
  await nothingWaits();
  expect(sorted([...slow.ids.slice(0, 20), ...next.ids])).toEqual(idsOf(reports));
});

test('a client that comes and goes, mostly before it has seen anything, gets every report', async () => {
  const server = await serve();
  const reports: Report[] = [];
  const publishing: Promise<void>[] = [];
  const visits: TestClient[] = [];
  for (let visit = 0; visit < 30; visit++) {
    if (visit % 3 === 0) {
      // However many the ones before have taken, there are some for this one.
      const more = some(300);
      reports.push(...more);
      publishing.push(publish(...more));
    }
    const client = await bind(server);
    visits.push(client);
    if (visit % 3 === 0) await eventually(() => expect(client.received).not.toEqual([]));
    client.vanish();
  }
  await Promise.all(publishing);
  visits.push(await bind(server));
  await nothingWaits();
  expect(new Set(visits.flatMap(({ ids }) => ids))).toEqual(new Set(idsOf(reports)));
});

test('a client that answers nothing makes us hold a few batches, however many reports wait', async () => {
  const server = await serve();
  await publish(...some(5000));
  const deaf = await bind(server, { answer: () => undefined });
  const { stream, durable } = deliverConsumer('smpp', 'demo');
  const call = `CONSUMER.INFO.${stream}.${durable}`;
  const held = async (): Promise<number> =>
    (await backbone.bus.api<{ num_ack_pending: number }>(call)).num_ack_pending;
  await eventually(async () => {
    expect(deaf.received).toHaveLength(20);
    expect(await held()).toBeGreaterThan(0);
  });
  expect(await held()).toBeLessThanOrEqual(4);
  expect(deaf.received).toHaveLength(20);
});

test('a replica without a bind of the account reads none of its reports', async () => {
  const server = await serve();
  const client = await bind(server, { systemId: 'other' });
  const [own, foreign] = [sampleReport({ account: 'other' }), sampleReport()];
  await publish(foreign, own);
  await eventually(() => expect(client.ids).toEqual([own.messageId]));
  expect(await waitingIn(streams.deliver)).toBe(1);
});

test('50,000 waiting reports drain within the window, beside live traffic and other accounts', async () => {
  const [accounts, waiting] = [['demo', 'other'], 50_000];
  const reports = some(waiting);
  for (let at = 0; at < waiting; at += 5000) await publish(...reports.slice(at, at + 5000));
  const server = await serve();
  const [busy, calm] = await Promise.all(accounts.map((systemId) => bind(server, { systemId })));
  const draining = new AbortController();
  let submitted = 0;
  const submitting = (async () => {
    while (!draining.signal.aborted) {
      expect(await busy!.submit()).toBe(0);
      submitted++;
    }
  })();
  await eventually(() => expect(busy!.received.length).toBeGreaterThan(1000));
  const beside = sampleReport({ account: 'other' });
  await publish(beside);
  await eventually(() => expect(calm!.ids).toEqual([beside.messageId]));
  expect(busy!.received.length).toBeLessThan(waiting);
  await eventually(() => expect(busy!.received.length).toBeGreaterThanOrEqual(waiting), {
    timeoutMs: 60_000,
  });
  draining.abort();
  await submitting;
  await nothingWaits();
  expect(new Set(busy!.ids).size).toBe(waiting);
  // One submit at a time, each answered among at most a window of reports.
  expect(submitted).toBeGreaterThan(waiting / 200);
  expect(new Set(reports.map(reportIdOf)).size).toBe(waiting);
}, 120_000);
