// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { commandStatus } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import type { AcceptOptions } from './accept-session.ts';
import { acceptSession } from './accept-session.ts';
import { connectOptions } from './bound-pair.fixture.ts';
import { CarrierConnection } from './carrier.fixture.ts';
import { connectSession } from './connect-session.ts';
import { FakeClock } from './fake-clock.fixture.ts';
import type { BindVerdict } from './session-options.ts';
import type { SmppSession } from './smpp-session.ts';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

/** A server of ours that knows one password; gives its port and its sessions. */
async function serve(options: Partial<AcceptOptions> = {}) {
  const sessions: SmppSession[] = [];
  const server = createServer((socket) => {
    const session = acceptSession(socket, {
      onBind: (pdu) =>
        Promise.resolve(
          pdu.password === 'secret'
            ? { kind: 'accepted', systemId: 'sendium', interfaceVersion: 0x34 }
            : { kind: 'refused', status: commandStatus.ESME_RBINDFAIL },
        ),
      onRequest: (pdu) =>
        Promise.resolve({ command: 'submit_sm_resp', messageId: `id-${pdu.sequenceNumber}` }),
      ...options,
    });
    sessions.push(session);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  disposals.push(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, sessions };
}

/** A client driven by hand. */
async function client(port: number): Promise<CarrierConnection> {
  const socket = connect(port, '127.0.0.1');
  disposals.push(() => Promise.resolve(socket.destroy()));
  const connection = new CarrierConnection(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  return connection;
}

const bind = (mode: 'transceiver' | 'transmitter' | 'receiver', password = 'secret') =>
  ({ command: `bind_${mode}`, sequenceNumber: 1, systemId: 'app', password }) as const;

test('both roles of ours understand each other', async () => {
  const { port, sessions } = await serve();
  const result = await connectSession(connectOptions(port));
  if (result.kind !== 'bound') throw new Error(result.kind);
  const { session, systemId, interfaceVersion } = result;
  expect({ systemId, interfaceVersion }).toEqual({ systemId: 'sendium', interfaceVersion: 0x34 });
  const answer = await session.request({ command: 'submit_sm', destinationAddr: '44' });
  expect(answer).toMatchObject({ kind: 'answered', pdu: { messageId: 'id-2' } });
  const delivered = await sessions[0]?.request({ command: 'deliver_sm', sourceAddr: '44' });
  expect(delivered).toMatchObject({ kind: 'answered', status: 0 });
  expect(await session.unbind()).toEqual({ kind: 'unbound', by: 'us' });
  expect(await sessions[0]?.closed).toEqual({ kind: 'unbound', by: 'peer' });
});

interface PeerSession {
  on(event: string, listener: (pdu: { response(): unknown }) => void): void;
  send(pdu: unknown): void;
  bind_transceiver(fields: object, onAnswer: (pdu: Record<string, unknown>) => void): void;
  submit_sm(fields: object, onAnswer: (pdu: Record<string, unknown>) => void): void;
  unbind(onAnswer: () => void): void;
  close(): void;
}
const peer = createRequire(import.meta.url)('smpp') as {
  connect(options: object): PeerSession;
};

test('an independent client binds, submits, is delivered to and unbinds', async () => {
  const { port, sessions } = await serve();
  const session = peer.connect({ host: '127.0.0.1', port });
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => session.send(pdu.response()));
  const credentials = { system_id: 'app', password: 'secret' };
  const bound = await new Promise<Record<string, unknown>>((resolve) =>
    session.bind_transceiver(credentials, resolve),
  );
  expect(bound).toMatchObject({
    command_status: 0,
    system_id: 'sendium',
    sc_interface_version: 0x34,
  });
  const submitted = await new Promise<Record<string, unknown>>((resolve) =>
    session.submit_sm({ destination_addr: '44', short_message: 'hi' }, resolve),
  );
  expect(submitted).toMatchObject({ command_status: 0, message_id: 'id-2' });
  const delivered = await sessions[0]?.request({ command: 'deliver_sm', sourceAddr: '44' });
  expect(delivered).toMatchObject({ kind: 'answered', status: 0 });
  await new Promise<void>((resolve) => session.unbind(resolve));
  session.close();
  expect(await sessions[0]?.closed).toEqual({ kind: 'unbound', by: 'peer' });
});

test.each(['transmitter', 'receiver', 'transceiver'] as const)(
  'a carrier that has bound as %s may give what a client may not, and is not served as a client',
  async (mode) => {
    const answers = { submit_sm: 0, data_sm: 1, deliver_sm: 2 } as const;
    const { port } = await serve({
      onBind: () => Promise.resolve({ kind: 'accepted', systemId: 'us', isCarrier: true }),
      onRequest: ({ command }) => Promise.resolve(answers[command as keyof typeof answers]),
    });
    const carrier = await client(port);
    carrier.send(bind(mode));
    await carrier.next(`bind_${mode}_resp`);
    for (const command of ['submit_sm', 'data_sm', 'deliver_sm'] as const) {
      carrier.send({ command });
      expect((await carrier.next(`${command}_resp`)).commandStatus).toBe(answers[command]);
    }
    for (const command of ['query_sm', 'submit_multi', 'cancel_sm'] as const) {
      carrier.send({ command });
      const { commandStatus: status } = await carrier.next('generic_nack');
      expect(status).toBe(commandStatus.ESME_RINVCMDID);
    }
    carrier.send({ ...bind('receiver'), sequenceNumber: 9 });
    const { commandStatus: status } = await carrier.next('bind_receiver_resp');
    expect(status).toBe(commandStatus.ESME_RALYBND);
  },
);

test('a client that is no carrier may not deliver, bound as it may be', async () => {
  const { port } = await serve();
  const app = await client(port);
  app.send(bind('transceiver'));
  await app.next('bind_transceiver_resp');
  app.send({ command: 'deliver_sm', sequenceNumber: 7 });
  expect(await app.next('generic_nack')).toMatchObject({
    ...{ commandStatus: commandStatus.ESME_RINVCMDID, sequenceNumber: 7 },
  });
});

test('what fails with a carrier is put off in the words of its request', async () => {
  const { port } = await serve({
    onBind: () => Promise.resolve({ kind: 'accepted', systemId: 'us', isCarrier: true }),
    onRequest: () => Promise.reject(new Error('broken')),
  });
  const carrier = await client(port);
  carrier.send(bind('transceiver'));
  await carrier.next('bind_transceiver_resp');
  carrier.send({ command: 'deliver_sm' }, { command: 'submit_sm' });
  const delivered = await carrier.next('deliver_sm_resp');
  expect(delivered.commandStatus).toBe(commandStatus.ESME_RX_T_APPN);
  expect((await carrier.next('submit_sm_resp')).commandStatus).toBe(commandStatus.ESME_RSYSERR);
});

test('a client that does not bind in time is closed, whatever else it sends', async () => {
  const clock = new FakeClock();
  const { port, sessions } = await serve({ clock });
  const peerClient = await client(port);
  peerClient.send({ command: 'enquire_link', sequenceNumber: 1 });
  await peerClient.next('enquire_link_resp');
  await clock.advance(4_999);
  expect(peerClient.socket.closed).toBe(false);
  await clock.advance(1);
  expect(await sessions[0]?.closed).toEqual({ kind: 'session-init-timeout' });
});

test('before bind, a PDU above 256 octets ends the connection', async () => {
  const { port, sessions } = await serve();
  const peerClient = await client(port);
  peerClient.send({ command: 'data_sm', tlvs: { messagePayload: Buffer.alloc(300) } });
  await peerClient.next('generic_nack');
  expect(await sessions[0]?.closed).toMatchObject({ kind: 'corrupt-stream' });
});

test('once bound, long PDUs are taken', async () => {
  const { port } = await serve({ onRequest: () => Promise.resolve(0) });
  const peerClient = await client(port);
  peerClient.send(bind('transceiver'));
  await peerClient.next('bind_transceiver_resp');
  peerClient.send({ command: 'data_sm', tlvs: { messagePayload: Buffer.alloc(65_535) } });
  expect(await peerClient.next('data_sm_resp')).toMatchObject({ commandStatus: 0 });
});

test('while a bind is being checked, a second one is refused', async () => {
  let admit: (verdict: BindVerdict) => void = () => undefined;
  const onBind = () => new Promise<BindVerdict>((resolve) => (admit = resolve));
  const { port } = await serve({ onBind });
  const peerClient = await client(port);
  peerClient.send(bind('transceiver'), { ...bind('transceiver'), sequenceNumber: 2 });
  expect(await peerClient.next('bind_transceiver_resp')).toMatchObject({
    sequenceNumber: 2,
    commandStatus: commandStatus.ESME_RALYBND,
  });
  admit({ kind: 'accepted', systemId: 'sendium' });
  const accepted = await peerClient.next('bind_transceiver_resp');
  expect(accepted).toMatchObject({ sequenceNumber: 1, commandStatus: 0, tlvs: {} });
});

test('wrong credentials get a bare header, and the client may try again', async () => {
  const { port } = await serve();
  const peerClient = await client(port);
  peerClient.send(bind('transceiver', 'wrong'));
  const refused = await peerClient.next('bind_transceiver_resp');
  expect(refused).toMatchObject({ commandStatus: commandStatus.ESME_RBINDFAIL, systemId: '' });
  peerClient.send(bind('transceiver'));
  expect(await peerClient.next('bind_transceiver_resp')).toMatchObject({ commandStatus: 0 });
});

const requests = [
  'submit_sm',
  'submit_multi',
  'query_sm',
  'cancel_sm',
  'replace_sm',
  'data_sm',
] as const;
const refusedIn = {
  open: [...requests],
  transmitter: [],
  receiver: requests.filter((command) => command !== 'data_sm'),
  transceiver: [],
};

test.each(Object.entries(refusedIn))(
  'in state %s, exactly these requests of a client meet a wrong state: %p',
  async (state, refused) => {
    const { port } = await serve({ onRequest: () => Promise.resolve(0) });
    const peerClient = await client(port);
    if (state !== 'open') {
      const mode = state as 'transceiver';
      peerClient.send(bind(mode));
      await peerClient.next(`bind_${mode}_resp`);
      peerClient.send(bind(mode));
      const again = await peerClient.next(`bind_${mode}_resp`);
      expect(again.commandStatus).toBe(commandStatus.ESME_RALYBND);
    }
    const met: string[] = [];
    for (const command of requests) {
      peerClient.send({ command, sequenceNumber: 5 });
      const answer = await peerClient.next(`${command}_resp`);
      if (answer.commandStatus === commandStatus.ESME_RINVBNDSTS) met.push(command);
    }
    expect(met).toEqual(refused);
    for (const command of ['deliver_sm', 'broadcast_sm', 'query_broadcast_sm'] as const) {
      peerClient.send({ command, sequenceNumber: 6 });
      const nack = await peerClient.next('generic_nack');
      expect(nack).toMatchObject({
        commandStatus: commandStatus.ESME_RINVCMDID,
        sequenceNumber: 6,
      });
    }
    peerClient.send({ command: 'unbind', sequenceNumber: 7 });
    const unbound = await peerClient.next('unbind_resp');
    expect(unbound.commandStatus).toBe(state === 'open' ? commandStatus.ESME_RINVBNDSTS : 0);
  },
);

test('a verdict may set how many requests of the client are worked on at once', async () => {
  const started: (() => void)[] = [];
  const { port } = await serve({
    maxInboundPending: 1,
    onBind: () => Promise.resolve({ kind: 'accepted', systemId: 'sendium', maxInboundPending: 3 }),
    onRequest: () => new Promise((resolve) => started.push(() => resolve(0))),
  });
  const peer = await client(port);
  peer.send(bind('transceiver'));
  await peer.next('bind_transceiver_resp');
  for (const sequenceNumber of [2, 3, 4, 5]) peer.send({ command: 'submit_sm', sequenceNumber });
  await eventually(() => expect(started).toHaveLength(3));
  started[0]?.();
  await eventually(() => expect(started).toHaveLength(4));
  for (const answer of started) answer();
});
