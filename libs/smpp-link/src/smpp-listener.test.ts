// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import { commandStatus, encodePdu } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import { acceptSession } from './accept-session.ts';
import { CarrierConnection } from './carrier.fixture.ts';
import { ConnectionGate } from './connection-gate.ts';
import { FakeClock } from './fake-clock.fixture.ts';
import type { SmppSession } from './smpp-session.ts';
import type { Connection, ListenOptions } from './smpp-listener.ts';
import { SmppListener } from './smpp-listener.ts';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

async function serve(options: Partial<ListenOptions> = {}) {
  const connections: Connection[] = [];
  const sessions: SmppSession[] = [];
  const refused: string[] = [];
  const gate = new ConnectionGate();
  const listener = await SmppListener.listen({
    host: '127.0.0.1',
    port: 0,
    gate,
    onConnection: (connection) => {
      connections.push(connection);
      const { socket, admission } = connection;
      sessions.push(
        acceptSession(socket, {
          admission,
          onBind: ({ password }) =>
            Promise.resolve(
              password === 'secret'
                ? { kind: 'accepted', systemId: 'sendium' }
                : { kind: 'refused', status: commandStatus.ESME_RBINDFAIL },
            ),
          onRequest: () => Promise.resolve(0),
        }),
      );
    },
    onRefused: (reason) => refused.push(reason),
    ...options,
  });
  disposals.push(() => listener[Symbol.asyncDispose]());
  return { listener, connections, sessions, refused, gate };
}

function client(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  disposals.push(() => Promise.resolve(socket.destroy()));
  return socket;
}

const gone = (socket: Socket) => new Promise<void>((resolve) => socket.on('close', resolve));
const enquire = encodePdu({ command: 'enquire_link', sequenceNumber: 9 });
const bind = (password: string) =>
  encodePdu({ command: 'bind_transceiver', sequenceNumber: 1, systemId: 'app', password });
const header = Buffer.from('PROXY TCP4 198.51.100.7 203.0.113.1 49152 2775\r\n');

test('a client that comes from no proxy is known by its own address', async () => {
  const { listener, connections } = await serve();
  const peer = new CarrierConnection(client(listener.port));
  peer.socket.write(enquire);
  await peer.next('enquire_link_resp');
  expect(connections).toMatchObject([
    { address: '127.0.0.1', isTls: false, certificateName: undefined },
  ]);
});

test.each([
  [
    'in one segment with the first PDU',
    (socket: Socket) => socket.write(Buffer.concat([header, enquire])),
  ],
  [
    'octet by octet',
    (socket: Socket) => {
      for (const octet of Buffer.concat([header, enquire])) socket.write(Buffer.of(octet));
    },
  ],
])('behind a proxy the client is whom the header names, %s', async (_, send) => {
  const { listener, connections } = await serve({ proxyNetworks: ['127.0.0.0/8'] });
  const peer = new CarrierConnection(client(listener.port));
  send(peer.socket);
  await peer.next('enquire_link_resp');
  expect(connections).toMatchObject([{ address: '198.51.100.7' }]);
});

test('a PROXY header from anybody else is no SMPP, and ends the connection', async () => {
  const { listener, sessions } = await serve({ proxyNetworks: ['10.0.0.0/8'] });
  const peer = new CarrierConnection(client(listener.port));
  peer.socket.write(header);
  await peer.next('generic_nack');
  expect(await sessions[0]?.closed).toMatchObject({ kind: 'corrupt-stream' });
});

test.each([
  ['no header', (socket: Socket) => socket.write(enquire)],
  ['a broken header', (socket: Socket) => socket.write('PROXY TCP4 nonsense\r\n')],
  ['half a header, then the end', (socket: Socket) => socket.end('PROXY TCP4')],
])('a proxy that sends %s is closed without a word', async (_, send) => {
  const { listener, refused, connections } = await serve({ proxyNetworks: ['127.0.0.0/8'] });
  const socket = client(listener.port);
  socket.resume();
  send(socket);
  await gone(socket);
  expect([refused, connections]).toEqual([['proxy-header'], []]);
  expect(socket.bytesRead).toBe(0);
});

test('a proxy that does not finish its header is closed after the handshake time', async () => {
  const clock = new FakeClock();
  const { listener, refused } = await serve({ proxyNetworks: ['127.0.0.0/8'], clock });
  const socket = client(listener.port);
  socket.write('PROXY');
  const closed = gone(socket);
  await eventually(() => expect(clock.timers).toBe(1));
  await clock.advance(5_000);
  await closed;
  expect([refused, clock.timers]).toEqual([['proxy-header'], 0]);
});

test('the gate counts clients behind a proxy by their own address', async () => {
  const gate = new ConnectionGate({ maxUnboundPerAddress: 1 });
  const { listener, refused } = await serve({ gate, proxyNetworks: ['127.0.0.0/8'] });
  const from = (address: string) => {
    const socket = client(listener.port);
    socket.write(`PROXY TCP4 ${address} 203.0.113.1 49152 2775\r\n`);
    return socket;
  };
  const first = from('198.51.100.1');
  const closed = gone(first.resume());
  await eventually(() => expect(gate.unbound).toBe(1));
  from('198.51.100.2');
  await eventually(() => expect(gate.unbound).toBe(2));
  from('198.51.100.1');
  await closed;
  expect([refused, gate.unbound]).toEqual([['crowded-out'], 2]);
});

test('idle connections give way to newer ones, a bound one never does', async () => {
  const gate = new ConnectionGate({ maxUnboundPerAddress: 3 });
  const { listener, sessions } = await serve({ gate });
  const bound = new CarrierConnection(client(listener.port));
  bound.socket.write(bind('secret'));
  await bound.next('bind_transceiver_resp');
  const idle = Array.from({ length: 8 }, () => client(listener.port).resume());
  await eventually(() => expect(idle.filter((socket) => socket.destroyed)).toHaveLength(5));
  expect([gate.unbound, sessions[0]?.isBound]).toEqual([3, true]);
});

test('the third refused bind ends the connection, and twenty close the address', async () => {
  const { listener, sessions, gate, refused } = await serve();
  for (let n = 0; n < 7; n++) {
    const peer = new CarrierConnection(client(listener.port));
    peer.socket.write(Buffer.concat([bind('wrong')]));
    for (let tried = 1; tried < 3; tried++) {
      await peer.next('bind_transceiver_resp');
      peer.socket.write(bind('wrong'));
    }
    const last = await peer.next('bind_transceiver_resp');
    expect(last).toMatchObject({ commandStatus: commandStatus.ESME_RBINDFAIL, systemId: '' });
    await peer.closed;
    expect(await sessions[n]?.closed).toEqual({
      kind: 'bind-refused',
      status: commandStatus.ESME_RBINDFAIL,
    });
  }
  expect(gate.isBlocked('127.0.0.1')).toBe(true);
  await gone(client(listener.port).resume());
  expect(refused).toEqual(['blocked']);
});

test('a refusal takes a hundred milliseconds, an acceptance no longer than it must', async () => {
  const clock = new FakeClock();
  const { listener } = await serve({
    onConnection: ({ socket, admission }) => {
      const onBind = () => Promise.resolve({ kind: 'refused', status: 13 } as const);
      acceptSession(socket, { admission, clock, onBind, onRequest: () => Promise.resolve(0) });
    },
  });
  const peer = new CarrierConnection(client(listener.port));
  peer.socket.write(bind('wrong'));
  await eventually(() => expect(clock.timers).toBe(2));
  await clock.advance(99);
  expect(peer.received).toEqual([]);
  await clock.advance(1);
  await peer.next('bind_transceiver_resp');
});

// Key pairs for these tests alone, valid for a hundred years.
const pem = (name: string) => readFileSync(new URL(`./${name}.pem`, import.meta.url), 'latin1');
const localhost = pem('testing-certificate');
const renewed = pem('testing-certificate-renewed');
const tls = { cert: localhost, key: localhost };

async function overTls(port: number, options: ConnectionOptions = {}) {
  const raw = client(port);
  const socket = connectTls({
    socket: raw,
    ca: [localhost, renewed],
    servername: 'localhost',
    ...options,
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  const ready = new Promise<void>((resolve) => socket.on('secureConnect', () => resolve()));
  await Promise.race([ready, closed]);
  return socket;
}

test('over TLS a client binds, behind a proxy too, its header before the handshake', async () => {
  const { listener, connections } = await serve({ tls, proxyNetworks: ['127.0.0.0/8'] });
  const raw = client(listener.port);
  raw.cork();
  raw.write(header);
  const secure = connectTls({ socket: raw, ca: localhost, servername: 'localhost' });
  raw.uncork();
  const peer = new CarrierConnection(secure);
  secure.write(bind('secret'));
  expect(await peer.next('bind_transceiver_resp')).toMatchObject({ commandStatus: 0 });
  expect(connections).toMatchObject([{ address: '198.51.100.7', isTls: true }]);
});

test('a new certificate is shown from now on, sessions that stand are not touched', async () => {
  const { listener, sessions } = await serve({ tls });
  const before = await overTls(listener.port);
  expect(before.getPeerCertificate().subject.CN).toBe('localhost');
  const peer = new CarrierConnection(before);
  before.write(bind('secret'));
  await peer.next('bind_transceiver_resp');
  expect(() => listener.setSecureContext({ cert: localhost, key: renewed })).toThrow();
  listener.setSecureContext({ cert: renewed, key: renewed });
  const after = await overTls(listener.port);
  expect(after.getPeerCertificate().subject.CN).toBe('renewed');
  before.write(enquire);
  await peer.next('enquire_link_resp');
  expect(sessions[0]?.isBound).toBe(true);
});

test('TLS below 1.2 and plain SMPP on the TLS port get no session', async () => {
  const { listener, refused, connections } = await serve({ tls });
  const old = await overTls(listener.port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
  expect(old.authorized).toBe(false);
  const plain = client(listener.port).resume();
  plain.write(bind('secret'));
  await gone(plain);
  expect([refused.length > 0, connections]).toEqual([true, []]);
  expect(refused.every((reason) => reason === 'tls-handshake')).toBe(true);
});

test('a handshake that does not come to an end is closed', async () => {
  const { listener, refused, gate } = await serve({ tls, handshakeMs: 50 });
  await gone(client(listener.port).resume());
  await eventually(() => expect([refused, gate.unbound]).toEqual([['tls-handshake'], 0]));
});

test('an optional client certificate is named when it is known, and nobody without one is refused', async () => {
  const { listener, connections } = await serve({
    tls: { ...tls, clientCa: localhost, clientCertificate: 'optional' },
  });
  const send = async (options: ConnectionOptions) => {
    const socket = await overTls(listener.port, options);
    socket.write(enquire);
    await new CarrierConnection(socket).next('enquire_link_resp');
  };
  await send({ cert: localhost, key: localhost });
  await send({ cert: renewed, key: renewed });
  await send({});
  expect(connections.map(({ certificateName }) => certificateName)).toEqual([
    'localhost',
    undefined,
    undefined,
  ]);
});

test('without a required client certificate there is no session', async () => {
  const { listener, connections } = await serve({
    tls: { ...tls, clientCa: localhost, clientCertificate: 'required' },
  });
  const socket = await overTls(listener.port);
  await new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.on('close', () => resolve());
    socket.resume();
  });
  expect(connections).toEqual([]);
  const good = await overTls(listener.port, { cert: localhost, key: localhost });
  good.write(enquire);
  await new CarrierConnection(good).next('enquire_link_resp');
});

test('closed, it takes nobody any more; disposed of, nothing is left', async () => {
  const { listener, sessions } = await serve();
  const { port } = listener;
  const peer = new CarrierConnection(client(port));
  peer.socket.write(bind('secret'));
  await peer.next('bind_transceiver_resp');
  listener.close();
  await gone(client(port));
  peer.socket.write(enquire);
  await peer.next('enquire_link_resp');
  await listener[Symbol.asyncDispose]();
  expect(await sessions[0]?.closed).toMatchObject({ kind: 'closed-by-peer' });
});

test('a port that is taken is an error of the caller', async () => {
  const { listener } = await serve();
  await expect(serve({ port: listener.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
