// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Simulator } from '@sendium/smsc-simulator';
import { startSimulator } from '@sendium/smsc-simulator';
import { openLedger, readLedger } from './ledger.ts';
import { StubGateway } from './stub-gateway.fixture.ts';
import { verifyLedger } from './verify-ledger.ts';

const pdu = (command: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(16 + body.length, 0);
  head.writeUInt32BE(command, 4);
  head.writeUInt32BE(1, 12);
  return Buffer.concat([head, body]);
};
const bind = pdu(0x09, Buffer.from('gateway\0\0\0\x34\0\0\0', 'latin1'));
/** A submit_sm that holds this text, as one part of several when a header is given. */
const submit = (text: string, udh = ''): Buffer => {
  const octets = Buffer.from(udh + text, 'latin1');
  const esmClass = udh === '' ? '\0' : '@';
  const fields = `\0\0\0ACME\0\x01\x01447700900123\0${esmClass}\0\0\0\0\0\0\0\0`;
  const length = String.fromCharCode(octets.length);
  return pdu(0x04, Buffer.concat([Buffer.from(fields + length, 'latin1'), octets]));
};

let gateway: StubGateway;
let simulator: Simulator;
let socket: Socket;
let folder: string;
let ledger: string;
beforeEach(async () => {
  gateway = await StubGateway.start();
  simulator = await startSimulator({ engine: 'fast' });
  socket = connect(simulator.port, simulator.host);
  socket.write(bind);
  await once(socket, 'data');
  folder = await mkdtemp(join(tmpdir(), 'loadgen-'));
  ledger = join(folder, 'ledger');
});
afterEach(async () => {
  socket.destroy();
  await gateway[Symbol.asyncDispose]();
  await simulator[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const send = async (octets: Buffer) => {
  const answered = once(socket, 'data');
  socket.write(octets);
  await answered;
};
const id = (n: number): string => String(n).padStart(32, '0');
const verify = (waitSeconds = 0.01) =>
  verifyLedger({
    ledger,
    simulatorUrl: simulator.controlUrl,
    url: gateway.url,
    key: 'k',
    waitSeconds,
  });

/** Writes tokens t-0, t-1, ... as accepted, in states that the gateway will tell. */
const accept = (...statuses: readonly (string | undefined)[]) => {
  using open = openLedger(ledger);
  statuses.forEach((status, n) => {
    open.accepted(`#t-${n}`, id(n));
    if (status !== undefined) gateway.statuses.set(id(n), status);
  });
};

test('a ledger in order is accepted, submitted and final throughout', async () => {
  accept('delivered', 'undelivered');
  await send(submit('#t-0 hello'));
  await send(submit('#t-1 hello'));
  expect(await verify()).toEqual({
    accepted: 2,
    submitted: 2,
    final: 2,
    statuses: { delivered: 1, undelivered: 1 },
    lost: 0,
    duplicates: 0,
    duplicateTokens: 0,
    inDoubt: 0,
    inDoubtSubmitted: 0,
    refused: 0,
    refusedSubmitted: 0,
    findings: [],
  });
});

test('a message that neither reached the carrier nor was given up is lost, whatever it is called', async () => {
  accept('delivered', 'delivered', undefined, 'failed');
  await send(submit('#t-0 hello'));
  const report = await verify();
  expect(report).toMatchObject({ accepted: 4, submitted: 1, final: 3, lost: 2 });
  expect(report.statuses).toEqual({ delivered: 2, not_found: 1, failed: 1 });
  expect(report.findings).toEqual([
    { token: '#t-1', id: id(1), status: 'delivered', submissions: 0 },
    { token: '#t-2', id: id(2), status: 'not_found', submissions: 0 },
  ]);
});

test('what is not final yet is waited for', async () => {
  accept('sent');
  await send(submit('#t-0 hello'));
  expect(await verify()).toMatchObject({ submitted: 1, final: 0, lost: 0 });
  const verified = verify(20);
  gateway.misbehave = () => {
    gateway.statuses.set(id(0), 'delivered');
    return false;
  };
  expect(await verified).toMatchObject({ final: 1, findings: [] });
});

test('every submission beyond the first is a duplicate, of messages of other ledgers none', async () => {
  accept('delivered');
  for (let n = 0; n < 3; n += 1) await send(submit('#t-0 hello'));
  for (let n = 0; n < 2; n += 1) await send(submit('#t-77 not ours'));
  expect(await verify()).toMatchObject({ submitted: 1, duplicates: 2, duplicateTokens: 1 });
});

test('a long message is submitted when every part is, and doubled part by part', async () => {
  accept('delivered', 'sent');
  const part = (reference: string, n: number) =>
    `\x05\0\x03${reference}\x02${String.fromCharCode(n)}`;
  await send(submit('#t-0 start', part('a', 1)));
  await send(submit('end', part('a', 2)));
  await send(submit('end', part('a', 2)));
  await send(submit('#t-1 start', part('b', 1)));
  expect(await verify()).toMatchObject({ submitted: 1, lost: 1, duplicates: 1 });
});

test('requests in doubt and refused ones are looked for at the carrier', async () => {
  {
    using open = openLedger(ledger);
    for (const token of ['#t-1', '#t-2']) open.inDoubt(token);
    open.refused('#t-3', 503);
    open.refused('#t-4', 429);
    open.accepted('#t-4', id(4));
  }
  gateway.statuses.set(id(4), 'delivered');
  for (const token of ['#t-1', '#t-3', '#t-4']) await send(submit(token));
  expect(await verify()).toMatchObject({
    accepted: 1,
    inDoubt: 2,
    inDoubtSubmitted: 1,
    refused: 1,
    refusedSubmitted: 1,
    lost: 0,
  });
});

test('a ledger is appended to, and a cut last line is left out', async () => {
  {
    using open = openLedger(ledger);
    open.accepted('#t-0', id(0));
  }
  {
    using open = openLedger(ledger);
    open.accepted('#t-1', '00001');
  }
  expect((await readLedger(ledger)).accepted).toEqual(new Map([['#t-0', id(0)]]));
});

test('statuses of a gateway that is gone are lost, not waited for without end', async () => {
  accept('delivered');
  await gateway[Symbol.asyncDispose]();
  const report = await verifyLedger({
    ledger,
    simulatorUrl: simulator.controlUrl,
    url: 'http://127.0.0.1:1',
    key: 'k',
    waitSeconds: 0.01,
  });
  gateway = await StubGateway.start();
  expect(report).toMatchObject({ final: 0, lost: 1, statuses: { lost: 1 } });
});
