// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, startBackbone, type Backbone } from '@sendium/backbone';
import { parseConfiguration, type Configuration } from '@sendium/configuration';
import {
  decodeDeadLetter,
  deliverChannel,
  streams,
  type DeliverItem,
  type InboundMessage,
} from '@sendium/contracts';
import { commandStatus, type PduOf } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import { RawClient } from '../raw-client.fixture.ts';
import {
  serveDeliveries,
  type DeliveryServer,
  type DeliveryServerOptions,
} from './delivery-server.fixture.ts';
import { sampleInbound } from './sample-inbound.fixture.ts';
import { sampleReport } from './sample-report.fixture.ts';
import { bindClient, type TestClient } from './test-client.fixture.ts';

let backbone: Backbone;
let server: DeliveryServer | undefined;
const clients: { vanish: () => void }[] = [];

beforeEach(async () => {
  backbone = await startBackbone({ configuration: 'version: 1' });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.vanish();
  await server?.[Symbol.asyncDispose]();
  await backbone[Symbol.asyncDispose]();
});

async function serve(options: DeliveryServerOptions = {}): Promise<number> {
  server = await serveDeliveries(backbone.bus, options);
  return server.port;
}

async function bindRaw(port: number, interfaceVersion = 0x34): Promise<RawClient> {
  const client = await RawClient.connect(port);
  clients.push({ vanish: () => client.socket.destroy() });
  await client.bind({ interfaceVersion });
  await client.next(`bind_transceiver_resp`);
  return client;
}

async function bindPeer(port: number, answer?: () => number): Promise<TestClient> {
  const client = await bindClient({ port, ...(answer === undefined ? {} : { answer }) });
  clients.push(client);
  return client;
}

const give = (...parts: readonly InboundMessage[]) =>
  giveItems(...parts.map((part) => ({ kind: 'inbound', part, tries: 0 }) as const));

async function giveItems(...items: readonly DeliverItem[]): Promise<void> {
  const channel = deliverChannel('smpp', 'demo', 'test');
  await Promise.all(items.map((item) => backbone.publisher.publish(channel, item)));
}

async function nothingWaits(): Promise<void> {
  await eventually(async () => {
    for (const stream of [streams.deliver, streams.later]) {
      const call = `STREAM.INFO.${stream}`;
      const { state } = await backbone.bus.api<{ state: { messages: number } }>(call);
      expect(state.messages).toBe(0);
    }
  });
}

/** The fields, without what differs each time. */
function bodyOf({ sequenceNumber: _, ...body }: PduOf<'deliver_sm'>): object {
  return body;
}

const part = sampleInbound({
  from: { ton: 2, npi: 8, value: '0700900123' },
  to: { ton: 3, npi: 9, value: '12345' },
  ...{ esmClass: 0x40, protocolId: 0x41, dataCoding: 0xf5 },
  octets: Buffer.from('0605040b8423f0ff007f80', 'hex'),
  tlvs: [
    { tag: 0x0204, value: Buffer.from('0007', 'hex') },
    { tag: 0x1401, value: Buffer.from('c0ffee', 'hex') },
  ],
});

test('an SMS reaches the bind of its application octet by octet', async () => {
  const client = await bindRaw(await serve());
  await give(part);
  const pdu = await client.next('deliver_sm');
  client.send({ command: 'deliver_sm_resp', sequenceNumber: pdu.sequenceNumber });
  await nothingWaits();
  expect(bodyOf(pdu)).toEqual({
    ...{ command: 'deliver_sm', commandStatus: 0, serviceType: '' },
    ...{ sourceAddrTon: 2, sourceAddrNpi: 8, sourceAddr: '0700900123' },
    ...{ destAddrTon: 3, destAddrNpi: 9, destinationAddr: '12345' },
    ...{ esmClass: 0x40, protocolId: 0x41, priorityFlag: 0, scheduleDeliveryTime: '' },
    ...{ validityPeriod: '', registeredDelivery: 0, replaceIfPresentFlag: 0, dataCoding: 0xf5 },
    ...{ smDefaultMsgId: 0, shortMessage: part.octets },
    tlvs: { userMessageReference: 7, other: [part.tlvs[1]] },
  });
  expect(await server?.metrics.render()).toContain(
    'sendium_reports_total{way="smpp",status="received",result="delivered"} 1',
  );
});

test('a client of version 3.3 gets the SMS without its TLVs', async () => {
  const client = await bindRaw(await serve(), 0x33);
  await give(part);
  const pdu = await client.next('deliver_sm');
  expect(pdu.tlvs).toEqual({});
  expect(pdu.shortMessage).toEqual(part.octets);
});

test('a client of version 3.3 gets in parts what only message_payload could hold, all of it until all is taken', async () => {
  const client = await bindRaw(await serve({ putOff: { firstMs: 50, mostMs: 100 } }), 0x33);
  await give(sampleInbound({ octets: Buffer.from('a'.repeat(153) + 'b'.repeat(147)) }));
  const answers = [0, commandStatus.ESME_RX_T_APPN, 0, 0];
  const seen: string[] = [];
  for (const commandStatus of answers) {
    const { sequenceNumber, esmClass, shortMessage } = await client.next('deliver_sm');
    expect(esmClass).toBe(0x40);
    seen.push(
      `${shortMessage.subarray(3, 6).toString('hex')} ${shortMessage.toString().slice(-1)}`,
    );
    client.send({ command: 'deliver_sm_resp', sequenceNumber, commandStatus });
  }
  await nothingWaits();
  const reference = seen[0]?.slice(0, 2) ?? '';
  const both = [`${reference}0201 a`, `${reference}0202 b`];
  expect(seen).toEqual([...both, ...both]);
});

test('one that no PDU for this client can hold goes to DEAD, and its neighbours are given', async () => {
  const client = await bindRaw(await serve(), 0x33);
  const octets = Buffer.concat([part.octets, Buffer.alloc(300)]);
  const long = sampleInbound({ octets, esmClass: 0x40 });
  await give(long);
  await give(part);
  expect((await client.next('deliver_sm')).shortMessage).toEqual(part.octets);
  await eventually(async () => {
    const letters = await readStored(
      backbone.bus,
      streams.dead,
      'dead.ingress-smpp-deliveries',
      (octets) => [decodeDeadLetter(octets)],
    );
    expect(letters).toMatchObject([{ messageId: long.id, subject: 'deliver.smpp.demo' }]);
  });
});

test('what is no matter of SMPP clients goes to DEAD', async () => {
  await bindPeer(await serve());
  await giveItems({ kind: 'endpoint_test', id: 'x', account: 'demo', atMs: 1, tries: 0 });
  await eventually(async () => {
    const subject = 'dead.ingress-smpp-deliveries';
    const decode = (octets: Uint8Array) => [decodeDeadLetter(octets)];
    const letters = await readStored(backbone.bus, streams.dead, subject, decode);
    expect(letters).toHaveLength(1);
  });
});

test('a client of another make reads the text, written anew where its alphabet is not the carrier’s', async () => {
  const parsed = parseConfiguration(`
version: 1
carriers: { carrier: { system_id: x, password: x, default_alphabet: latin1 } }`);
  const { carriers } = (parsed as { configuration: Configuration }).configuration;
  const client = await bindPeer(await serve({ carriers, defaultAlphabet: 'gsm7' }));
  await give(sampleInbound({ octets: Buffer.from('Größe @ 5', 'latin1') }));
  await give(sampleInbound({ octets: Buffer.from('þ', 'latin1') }));
  await nothingWaits();
  const [first, second] = client.received as unknown as readonly {
    data_coding: number;
    short_message: { message: string | Buffer };
  }[];
  expect(second).toMatchObject({ data_coding: 8, short_message: { message: 'þ' } });
  expect(first).toMatchObject({ data_coding: 0, short_message: { message: 'Größe @ 5' } });
});

test('RX_T_APPN puts an SMS off until it is taken; RX_R_APPN ends it', async () => {
  const answers = [commandStatus.ESME_RX_T_APPN, commandStatus.ESME_RX_T_APPN, 0];
  const port = await serve({ putOff: { firstMs: 50, mostMs: 100 } });
  const client = await bindPeer(port, () => answers.shift() ?? commandStatus.ESME_RX_R_APPN);
  await give(part);
  await nothingWaits();
  await eventually(() => expect(client.received).toHaveLength(3));
  await give(sampleInbound());
  await nothingWaits();
  expect(client.received).toHaveLength(4);
});

test('RX_P_APPN ends what waits for the same recipient, and nothing else', async () => {
  const port = await serve({ receipts: { windowSize: 1 } });
  const client = await bindPeer(port, () =>
    client.received.length === 1 ? commandStatus.ESME_RX_P_APPN : 0,
  );
  const to = { ton: 0, npi: 1, value: '777' };
  await giveItems(
    { kind: 'inbound', part: sampleInbound({ to }), tries: 0 },
    { kind: 'inbound', part: sampleInbound({ to }), tries: 0 },
    sampleReport(),
  );
  await nothingWaits();
  expect(client.received.map(({ destination_addr: destination }) => destination)).toEqual([
    '777',
    'ACME',
  ]);
});
