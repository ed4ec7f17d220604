// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { commandStatus } from '@sendium/smpp-pdu';
import { eventually, type SpawnedApp } from '@sendium/testkit';
import { RawClient } from './raw-client.fixture.ts';
import { startIngress, type RunningIngress } from './start-ingress.fixture.ts';

const { ESME_RBINDFAIL, ESME_ROK } = commandStatus;
// Key pairs for these tests alone, valid for a hundred years.
const source = (name: string): URL => new URL(`./${name}.pem`, import.meta.url);
const first = readFileSync(source('testing-certificate'), 'latin1');
const renewed = readFileSync(source('testing-certificate-renewed'), 'latin1');

const dir = mkdtempSync(join(tmpdir(), 'sendium-certificates-'));
const [certFile, keyFile] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
const install = (name: string): void => {
  for (const file of [certFile, keyFile]) copyFileSync(source(name), file);
};
const tlsSettings = {
  SENDIUM_SMPP_TLS_LISTEN: '127.0.0.1:0',
  SENDIUM_SMPP_TLS_CERT: certFile,
  SENDIUM_SMPP_TLS_KEY: keyFile,
};

const sockets: Socket[] = [];
let ingress: RunningIngress;
beforeAll(async () => {
  install('testing-certificate');
  // The proxy is 127.0.0.4; account narrow may bind from 127.0.0.2 only.
  const env = { ...tlsSettings, SENDIUM_SMPP_PROXY_NETWORKS: '10.0.0.0/8, 127.0.0.4' };
  ingress = await startIngress({ env });
}, 60_000);
beforeEach(() => install('testing-certificate'));
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await ingress[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

function tlsPort({ output }: SpawnedApp): number {
  return Number(/"port":(\d+),"msg":"listening for SMPP over TLS"/.exec(output)?.[1]);
}

/** A TLS connection that has got as far as it gets. */
async function overTls(app: SpawnedApp, options: ConnectionOptions = {}) {
  const at = options.socket === undefined ? { port: tlsPort(app), host: '127.0.0.1' } : {};
  const socket = connect({ ...at, ca: [first, renewed], servername: 'localhost', ...options });
  sockets.push(socket);
  const client = RawClient.on(socket);
  const ready = new Promise<void>((resolve) => socket.on('secureConnect', () => resolve()));
  await Promise.race([ready, client.closed]);
  return { socket, client };
}

const shown = (socket: TLSSocket): unknown => socket.getPeerCertificate().subject.CN;

/** The proxy, speaking for a client at this address. */
function behindProxy(port: number, address: string, from = '127.0.0.4'): Socket {
  const socket = connectTcp({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  socket.write(`PROXY TCP4 ${address} 203.0.113.1 49152 2775\r\n`);
  sockets.push(socket);
  return socket;
}

const asNarrow = (client: RawClient) => client.bind({ systemId: 'narrow' });

test('a client binds over TLS, and another one without it on the other port', async () => {
  const { client, socket } = await overTls(ingress.app);
  expect([shown(socket), socket.authorized]).toEqual(['localhost', true]);
  expect((await client.bind()).commandStatus).toBe(ESME_ROK);
  expect((await (await ingress.connect()).bind()).commandStatus).toBe(ESME_ROK);
  await eventually(() => {
    expect(ingress.app.output).toMatch(/"isTls":true,"msg":"bound"/);
    expect(ingress.app.output).toMatch(/"isTls":false,"msg":"bound"/);
  });
});

test('a new certificate is shown once its files match; until then the old one stays', async () => {
  const before = await overTls(ingress.app);
  await before.client.bind();
  copyFileSync(source('testing-certificate-renewed'), certFile);
  await eventually(() => {
    expect(ingress.app.output).toContain('the new certificate cannot be used, the old one stays');
  });
  expect(shown((await overTls(ingress.app)).socket)).toBe('localhost');
  copyFileSync(source('testing-certificate-renewed'), keyFile);
  await eventually(async () => {
    expect(shown((await overTls(ingress.app)).socket)).toBe('renewed');
  });
  expect((await (await overTls(ingress.app)).client.bind()).commandStatus).toBe(ESME_ROK);
  expect(await before.client.ask({ command: 'enquire_link' })).toMatchObject({ commandStatus: 0 });
  expect(ingress.app.output).not.toContain('PRIVATE KEY');
});

test('with authorities for clients nobody gets in without a certificate, old and new', async () => {
  const clientCaFile = join(dir, 'clients.pem');
  copyFileSync(source('testing-certificate'), clientCaFile);
  const { app } = await ingress.another({ SENDIUM_SMPP_TLS_CLIENT_CA: clientCaFile });
  const own = (pem: string) => ({ cert: pem, key: pem });
  const good = await overTls(app, own(first));
  expect((await good.client.bind()).commandStatus).toBe(ESME_ROK);
  for (const none of [{}, own(renewed)]) {
    const { client } = await overTls(app, none);
    await expect(client.bind()).rejects.toThrow('closed');
  }
  writeFileSync(clientCaFile, 'no authorities');
  await eventually(() => {
    expect(app.output).toContain('the new certificate cannot be used, the old one stays');
  });
  expect((await (await overTls(app, own(first))).client.bind()).commandStatus).toBe(ESME_ROK);
  copyFileSync(source('testing-certificate-renewed'), clientCaFile);
  await eventually(async () => {
    const { client } = await overTls(app, own(renewed));
    expect((await client.bind()).commandStatus).toBe(ESME_ROK);
  });
  await expect((await overTls(app, own(first))).client.bind()).rejects.toThrow('closed');
}, 60_000);

test('behind the proxy the account is known by the address of the client, with TLS too', async () => {
  const allowed = RawClient.on(behindProxy(ingress.port, '127.0.0.2'));
  expect((await asNarrow(allowed)).commandStatus).toBe(ESME_ROK);
  const other = RawClient.on(behindProxy(ingress.port, '198.51.100.7'));
  expect((await asNarrow(other)).commandStatus).toBe(ESME_RBINDFAIL);
  const socket = behindProxy(tlsPort(ingress.app), '127.0.0.2');
  const { client } = await overTls(ingress.app, { socket });
  expect((await asNarrow(client)).commandStatus).toBe(ESME_ROK);
});

test('a PROXY header from elsewhere ends the connection, as does the proxy without one', async () => {
  const stranger = RawClient.on(behindProxy(ingress.port, '127.0.0.2', '127.0.0.5'));
  await stranger.closed;
  expect(stranger.received.map(({ command }) => command)).toEqual(['generic_nack']);
  const proxy = await ingress.connect('127.0.0.4');
  await expect(proxy.bind()).rejects.toThrow('closed');
  expect(proxy.received).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['a certificate without a port', { SENDIUM_SMPP_TLS_LISTEN: '' }, 'SENDIUM_SMPP_TLS_LISTEN'],
  ['a port without a key', { SENDIUM_SMPP_TLS_KEY: '' }, 'SENDIUM_SMPP_TLS_KEY'],
  ['a file that is not there', { SENDIUM_SMPP_TLS_CERT: '/nowhere' }, 'ENOENT'],
  ['a proxy that is no network', { SENDIUM_SMPP_PROXY_NETWORKS: 'proxy' }, 'expected networks'],
])('%s keeps the service from starting, and it says why', async (_, over, reason) => {
  await expect(ingress.another(over)).rejects.toThrow(reason);
});
