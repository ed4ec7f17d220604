// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type smpp from 'smpp';
import type { ReceivedMessage } from './received.ts';
import { startSimulator } from './simulator.ts';

import {
  closeAll,
  bind,
  call,
  closers,
  engines,
  exchange,
  open,
  openBound,
  start,
  statsOf,
  until,
} from './simulator.fixture.ts';

afterEach(closeAll);

describe.each(engines)('the %s engine', (engine) => {
  test('takes a message, answers with an id and sends the receipt with that id', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    const answer = await client.submit();
    await client.delivered(1);
    expect(answer).toMatchObject({ command: 'submit_sm_resp', command_status: 0 });
    const id = answer['message_id'] as string;
    expect(client.deliveries[0]).toMatchObject({
      esm_class: 4,
      source_addr: '447700900123',
      destination_addr: 'ACME',
      receipted_message_id: id,
      message_state: 2,
    });
    const { message } = client.deliveries[0]!['short_message'] as { message: string };
    expect(message).toMatch(
      new RegExp(
        `^id:${id} sub:001 dlvrd:001 submit date:\\d{10} done date:\\d{10} stat:DELIVRD err:000 text:$`,
      ),
    );
    await until(simulator, ({ receipts }) => receipts.acked === 1 && receipts.unacked === 0);
    expect(client.order).toEqual(['response', 'deliver']);
  });

  test('shows what it received: fields, text, octets, TLVs and the answer', async () => {
    const simulator = await start(engine, { receipts: 'none' });
    const client = await openBound(simulator);
    const { message_id: id } = await client.submit({
      data_coding: 0,
      short_message: 'Grüße €',
      user_message_reference: 77,
    });
    const { data } = await call<{ data: ReceivedMessage[] }>(simulator, 'GET /messages?after=0');
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      source: { ton: 5, npi: 0, address: 'ACME' },
      destination: { ton: 1, npi: 1, address: '447700900123' },
      text: 'Grüße €',
      octets: '47727e1e65201b65',
      registered_delivery: 1,
      tlvs: [{ tag: '0x0204', value: '004d' }],
      answer: { command_status: 0, message_id: id },
    });
  });

  test('a message_payload is a text as good as any', async () => {
    const simulator = await start(engine, { receipts: 'none' });
    const client = await openBound(simulator);
    await client.submit({ short_message: '', message_payload: Buffer.from('#payload') });
    expect(await call(simulator, 'GET /submissions/by-token')).toMatchObject({
      counts: { '#payload': 1 },
    });
  });

  test('counts tokens of accepted submissions only', async () => {
    const simulator = await start(engine, { receipts: 'none' });
    const client = await openBound(simulator);
    await client.submit();
    await client.submit();
    await call(simulator, 'PATCH /settings', { rejectShare: 1, rejectStatus: 0x0b });
    expect((await client.submit()).command_status).toBe(0x0b);
    await call(simulator, 'PATCH /settings', { rejectShare: 0, throttleShare: 1 });
    expect((await client.submit()).command_status).toBe(0x58);
    await call(simulator, 'PATCH /settings', { throttleShare: 0, transientShare: 1 });
    expect((await client.submit()).command_status).toBe(0x08);
    const counts = await call(simulator, 'GET /submissions/by-token?pattern=^%23t-');
    expect(counts).toEqual({ counts: { '#t-1': 2 }, parts: {}, next: null, overlooked: 0 });
    expect(await statsOf(simulator)).toMatchObject({
      submissions: 5,
      accepted: 2,
      rejected: 1,
      throttled: 1,
      transient: 1,
      responses: 5,
    });
  });

  test('a receipt that is refused comes again until it is acknowledged', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    let tries = 0;
    client.answer = () => ((tries += 1) < 3 ? 0x64 : 0);
    await client.submit();
    await client.delivered(3);
    const { receipts } = await until(simulator, (stats) => stats.receipts.acked === 1);
    expect(receipts).toMatchObject({ made: 1, sent: 3, refused: 2, unacked: 0 });
  });

  test('a receipt that was never answered comes again, on the next bind after this one is lost', async () => {
    const simulator = await start(engine, { deliverTimeoutMs: 50 });
    const first = await openBound(simulator);
    first.answer = () => undefined;
    await first.submit();
    await first.delivered(2);
    const second = await openBound(simulator);
    first.session.destroy();
    await second.delivered(1);
    const { receipts } = await until(simulator, (stats) => stats.receipts.acked === 1);
    expect(receipts.unacked).toBe(0);
  });

  test('receipts wait while nobody is bound who receives', async () => {
    // Its bind is gone before the receipt is due, on a busy machine too.
    const simulator = await start(engine, { receiptDelayMs: 1000 });
    const first = await openBound(simulator);
    await first.submit();
    first.session.destroy();
    await until(simulator, ({ bindsLive }) => bindsLive === 0);
    const transmitter = await open(simulator);
    await bind(transmitter, 'bind_transmitter');
    expect((await statsOf(simulator)).receipts).toMatchObject({ sent: 0, unacked: 1 });
    const receiver = await open(simulator);
    await bind(receiver, 'bind_receiver');
    await receiver.delivered(1);
    expect(transmitter.deliveries).toEqual([]);
  });

  test('early receipts come before the answer, doubled ones twice, lost ones never', async () => {
    const simulator = await start(engine, { receiptEarlyShare: 1, latencyMs: 30 });
    const client = await openBound(simulator);
    await client.submit();
    expect(client.order).toEqual(['deliver', 'response']);
    await call(simulator, 'PATCH /settings', { receiptEarlyShare: 0, receiptDoubledShare: 1 });
    await client.submit();
    await client.delivered(3);
    await call(simulator, 'PATCH /settings', { receiptDoubledShare: 0, receiptLostShare: 1 });
    await client.submit();
    const stats = await statsOf(simulator);
    expect(stats.receiptsLost).toBe(1);
    expect(stats.receipts.made).toBe(3);
  });

  test('ids may be written in hex in the answer and in decimal in the receipt', async () => {
    const simulator = await start(engine, { receiptId: 'decimal', receiptForm: 'text' });
    const client = await openBound(simulator);
    const answer = await client.submit();
    await client.delivered(1);
    const { message } = client.deliveries[0]!['short_message'] as { message: string };
    const [, digits] = /^id:(\d+) /.exec(message) ?? [];
    expect(Number(digits).toString(16)).toBe(answer['message_id']);
    expect(client.deliveries[0]).not.toHaveProperty('receipted_message_id');
  });

  test('answers wait for the latency and keep their order in spite of jitter', async () => {
    const simulator = await start(engine, {
      latencyMs: 20,
      latencyJitterMs: 20,
      receipts: 'none',
    });
    const client = await openBound(simulator);
    const from = performance.now();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => client.submit().then(() => order.push(n))),
    );
    expect(performance.now() - from).toBeGreaterThan(18);
    expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect((await statsOf(simulator)).windowMax).toBeGreaterThan(1);
  });

  test('out of order means that answers overtake each other', async () => {
    const simulator = await start(engine, { outOfOrder: true, receipts: 'none' });
    const client = await openBound(simulator);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => client.submit().then(() => order.push(n))),
    );
    expect(order).not.toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test('binds are limited by credentials and by number', async () => {
    const simulator = await start(engine, {
      systemId: 'sendium',
      password: 'secret',
      maxBinds: 1,
    });
    await openBound(simulator);
    const second = await open(simulator);
    expect((await bind(second)).command_status).toBe(0x0d);
    await call(simulator, 'PATCH /settings', { maxBinds: 2, password: 'other' });
    expect((await bind(await open(simulator))).command_status).toBe(0x0d);
    await call(simulator, 'PATCH /settings', { password: null });
    expect((await bind(second)).command_status).toBe(0);
    expect(await statsOf(simulator)).toMatchObject({
      bindsLive: 2,
      bindsLiveMax: 2,
      bindsRefused: 2,
    });
  });

  test('over the TPS limit is throttled', async () => {
    const simulator = await start(engine, { tpsLimit: 5, receipts: 'none' });
    const client = await openBound(simulator);
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.submit()));
    expect(answers.filter(({ command_status: status }) => status === 0x58)).toHaveLength(3);
  });

  test('submits that are not answered are taken all the same and answered later', async () => {
    const simulator = await start(engine, { receipts: 'none' });
    const client = await openBound(simulator);
    await call(simulator, 'POST /stop-answering');
    const answer = client.submit();
    await until(simulator, ({ responsesHeld }) => responsesHeld === 1);
    const alive = new Promise<smpp.Pdu>((resolve) => client.session.enquire_link({}, resolve));
    expect((await alive).command_status).toBe(0);
    await call(simulator, 'POST /resume');
    expect((await answer).command_status).toBe(0);
    expect((await statsOf(simulator)).accepted).toBe(1);
  });

  test('with all answers stopped nothing is answered, not even enquire_link', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    await call(simulator, 'POST /stop-answering', { what: 'all' });
    const alive = new Promise<smpp.Pdu>((resolve) => client.session.enquire_link({}, resolve));
    await until(simulator, ({ bindsLive }) => bindsLive === 1);
    await call(simulator, 'POST /resume');
    expect((await alive).command_status).toBe(0);
  });

  test('disconnect ends connections now', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    const closed = once(client.session, 'close');
    expect(await call(simulator, 'POST /disconnect')).toEqual({ binds: 1 });
    await closed;
    expect(await statsOf(simulator)).toMatchObject({ bindsLive: 0, bindsOpened: 1 });
  });

  test('a silently dropped bind stays connected, hears nothing and gets nothing', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    await client.submit();
    await client.delivered(1);
    expect(await call(simulator, 'POST /drop-silent')).toEqual({ binds: 1 });
    void client.submit();
    const other = await openBound(simulator);
    await other.submit();
    await other.delivered(1);
    expect(client.session.socket.destroyed).toBe(false);
    expect(client.deliveries).toHaveLength(1);
    expect(await statsOf(simulator)).toMatchObject({
      bindsLive: 1,
      bindsSilent: 1,
      submissions: 2,
    });
  });

  test('reset forgets everything and returns to the settings of the start', async () => {
    const simulator = await start(engine, { receipts: 'none' });
    const client = await openBound(simulator);
    await client.submit();
    await call(simulator, 'PATCH /settings', { throttleShare: 1, latencyMs: 5 });
    expect(await call(simulator, 'POST /reset')).toMatchObject({ throttleShare: 0, latencyMs: 0 });
    expect(await statsOf(simulator)).toMatchObject({ submissions: 0, accepted: 0, tokens: 0 });
    expect((await call<{ data: [] }>(simulator, 'GET /messages')).data).toEqual([]);
    expect((await client.submit()).command_status).toBe(0);
  });

  test('each state is answered as it must be', async () => {
    const simulator = await start(engine);
    const client = await open(simulator);
    expect((await client.submit()).command_status).toBe(0x04);
    await bind(client, 'bind_receiver');
    expect((await client.submit()).command_status).toBe(0x04);
    expect((await bind(client)).command_status).toBe(0x05);
    const refused = new Promise<smpp.Pdu>((resolve) => client.session.query_sm({}, resolve));
    expect((await refused).command_status).toBe(0x03);
    const unbound = new Promise<smpp.Pdu>((resolve) => client.session.unbind({}, resolve));
    expect((await unbound).command_status).toBe(0);
    await once(client.session, 'close');
    expect((await until(simulator, ({ bindsLive }) => bindsLive === 0)).bindsLive).toBe(0);
  });

  test.each(['474554202f20485454502f312e310d0a', '00000000', '00000003', '0000000f00000004'])(
    'a length no PDU can have (%s) is answered by generic_nack and the connection closed',
    async (hex) => {
      const simulator = await start(engine);
      const got = await exchange(simulator, Buffer.from(hex.padEnd(64, '0'), 'hex'));
      expect(got.toString('hex')).toBe('00000010800000000000000200000000');
      expect((await statsOf(simulator)).protocolErrors).toBe(1);
      expect((await openBound(simulator)).deliveries).toEqual([]);
    },
  );

  test('a submit_sm cut short is refused and the session goes on', async () => {
    const simulator = await start(engine);
    const client = await openBound(simulator);
    const answers = once(client.session, 'submit_sm_resp');
    const cut = Buffer.from('0000001c000000040000000000000063000500414300010134340000', 'hex');
    client.session.socket.write(cut);
    const [answer] = (await answers) as [smpp.Pdu];
    expect(answer).toMatchObject({ command_status: 0x01, sequence_number: 0x63 });
    expect((await client.submit()).command_status).toBe(0);
  });

  test('PDUs in single octets and many in one write are both understood', async () => {
    const simulator = await start(engine, { receipts: 'none' });
    const enquire = (sequence: number) =>
      Buffer.from(`00000010000000150000000000000${sequence.toString(16).padStart(3, '0')}`, 'hex');
    const unbind = Buffer.from('00000010000000060000000000000009', 'hex');
    const socket = connect({ port: simulator.port, host: simulator.host, noDelay: true });
    closers.push(() => void socket.destroy());
    const got: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => got.push(chunk));
    for (const octet of enquire(1))
      await new Promise((resolve) => socket.write(Buffer.of(octet), resolve));
    socket.write(Buffer.concat([enquire(2), enquire(3), unbind]));
    await once(socket, 'close');
    const sequences = Buffer.concat(got).toString('hex').match(/.{32}/g);
    expect(sequences?.map((pdu) => pdu.slice(30))).toEqual(['01', '02', '03', '09']);
  });
});

test('what the package cannot decode ends that connection and no other', async () => {
  const simulator = await start('package', { receipts: 'none' });
  const client = await openBound(simulator);
  const claims255Destinations = Buffer.from('0000001500000021000000000000000100000000ff', 'hex');
  expect(await exchange(simulator, claims255Destinations)).toHaveLength(0);
  expect((await client.submit()).command_status).toBe(0);
  expect((await statsOf(simulator)).protocolErrors).toBe(1);
});

test('the decisions follow from the seed', async () => {
  const draw = async (seed: number) => {
    const settings = { throttleShare: 0.5, receipts: 'none' } as const;
    const simulator = await startSimulator({ seed, settings });
    closers.push(() => simulator[Symbol.asyncDispose]());
    const client = await openBound(simulator);
    const answers = await Promise.all(Array.from({ length: 30 }, () => client.submit()));
    return answers.map(({ command_status: status }) => status);
  };
  expect(await draw(3)).toEqual(await draw(3));
  expect(await draw(3)).not.toEqual(await draw(4));
});

test('the control tells what is wrong with settings and knows its paths', async () => {
  const simulator = await start('fast');
  expect(await call(simulator, 'PATCH /settings', { throttleShare: 2, nonsense: 1 })).toEqual({
    problems: ['throttleShare must be from 0 to 1', 'nonsense is not a setting'],
  });
  const broken = await fetch(`${simulator.controlUrl}/settings`, { method: 'PATCH', body: '{' });
  expect(broken.status).toBe(400);
  expect((await fetch(`${simulator.controlUrl}/nothing`)).status).toBe(404);
  expect((await fetch(`${simulator.controlUrl}/readyz`)).status).toBe(200);
  const nobody = await call(simulator, 'POST /inject', { from: '1', to: '2', text: 'x' });
  expect(nobody).toEqual({ error: 'nobody is bound: give systemId' });
});

test('a taken port is reported and leaves nothing open', async () => {
  const simulator = await start('fast');
  const controlPort = Number(new URL(simulator.controlUrl).port);
  await expect(startSimulator({ controlPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
