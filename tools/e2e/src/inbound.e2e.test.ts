// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startStack, type Stack } from '@sendium/stack';
import { eventually, SmscDriver, workspaceRoot } from '@sendium/testkit';

import { ask, sendium } from './sendium.fixture.ts';

interface Pdu {
  readonly command_status: number;
  readonly esm_class: number;
  readonly source_addr: string;
  readonly destination_addr: string;
  readonly short_message: { readonly message: string };
  response(): unknown;
}
interface PeerSession {
  on(event: string, listener: (pdu: Pdu) => void): void;
  send(pdu: unknown): void;
  bind_transceiver(fields: object, onAnswer: (pdu: Pdu) => void): void;
  destroy(): void;
}
const peer = createRequire(import.meta.url)('smpp') as { connect(options: object): PeerSession };

interface Inbound {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly segments: number;
}
interface Received {
  readonly type: string;
  readonly message_id: string;
  readonly webhook_id: string;
  readonly sequence: number;
  readonly signature: string;
}

let stateDir: string;
let stack: Stack;
let smsc: SmscDriver;
const open: PeerSession[] = [];
const patiently = { timeoutMs: 20_000 };

// What `npm start` runs, as it is shipped.
beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'sendium-e2e-'));
  stack = await startStack({ stateDir, ports: 'free' });
  smsc = new SmscDriver(stack.urls.simulator_control ?? '');
}, 120_000);
afterEach(() => {
  for (const session of open.splice(0)) session.destroy();
});
afterAll(async () => {
  await stack.stop();
  rmSync(stateDir, { recursive: true });
}, 30_000);

/** A client of another make, bound as account demo, and what it was given. */
async function bind(): Promise<readonly Pdu[]> {
  const session = peer.connect({ host: '127.0.0.1', port: stack.ports.smpp });
  open.push(session);
  const given: Pdu[] = [];
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => {
    given.push(pdu);
    session.send(pdu.response());
  });
  const { system_id, password } = stack.demo ?? {};
  const bound = await new Promise<Pdu>((resolve) =>
    session.bind_transceiver({ system_id, password }, resolve),
  );
  expect(bound.command_status).toBe(0);
  return given;
}

/** What the demo receiver got so far. */
async function received(): Promise<readonly Received[]> {
  const response = await fetch(`${stack.urls.demo_receiver ?? ''}/received`);
  return ((await response.json()) as { data: readonly Received[] }).data;
}
const listed = async (): Promise<readonly Inbound[]> =>
  (await ask<{ data: readonly Inbound[] }>(stack, { path: '/v1/inbound_messages' })).data;

test('An SMS of a mobile reaches the application by webhook and by deliver_sm, and is listed.', async () => {
  const given = await bind();
  await smsc.inject({ from: '+447700900456', to: '12345', text: 'STOP' });
  await eventually(() => expect(given).toHaveLength(1), patiently);
  expect(given[0]).toMatchObject({
    ...{ source_addr: '447700900456', destination_addr: '12345', esm_class: 0 },
    short_message: { message: 'STOP' },
  });
  await eventually(async () => expect(await received()).toHaveLength(1), patiently);
  const [event] = await received();
  expect(event).toMatchObject({ type: 'message.received', sequence: 1, signature: 'holds' });
  expect(event?.webhook_id).toBe(`${event?.message_id ?? ''}-received`);
  await eventually(async () => {
    expect(await listed()).toMatchObject([
      { id: event?.message_id, from: '+447700900456', to: '12345', text: 'STOP' },
    ]);
  }, patiently);
  const path = `/v1/inbound_messages/${event?.message_id ?? ''}`;
  expect(await ask(stack, { path })).toMatchObject({ direction: 'inbound', text: 'STOP' });
});

test('A long one is one message for the webhook and the list, in its parts for the SMPP client.', async () => {
  const given = await bind();
  const text = 'Ελληνικά и кириллица 🙂 '.repeat(8);
  await smsc.inject({ from: '+447700900457', to: '12345', text });
  await eventually(async () => {
    const [newest] = await listed();
    expect(newest).toMatchObject({ from: '+447700900457', text });
    expect(newest?.segments).toBeGreaterThan(2);
  }, patiently);
  const [newest] = await listed();
  await eventually(() => expect(given).toHaveLength(newest?.segments ?? 0), patiently);
  expect(given.every(({ esm_class: esmClass }) => esmClass === 0x40)).toBe(true);
  await eventually(async () => {
    const told = (await received()).filter(({ message_id: id }) => id === newest?.id);
    expect(told).toMatchObject([{ type: 'message.received', signature: 'holds' }]);
  }, patiently);
});

test('One that no rule wants is kept and shown; with a new rule a replay delivers it.', async () => {
  await smsc.inject({ from: '+447700900458', to: '54321', text: 'for whom?' });
  await eventually(async () => {
    const { out } = await sendium(stateDir, 'dead', 'list', '--origin', 'inbound');
    expect(out).toMatch(/inbound\.sim +inbound +[0-9a-f]{32} +no rule gives it to anyone$/m);
  }, patiently);
  await eventually(async () => {
    const { out } = await sendium(stateDir, 'inbound', 'list', '--unmatched', '--show');
    expect(out).toMatch(/\+447700900458 +54321 +"for whom\?"$/m);
  }, patiently);
  const shipped = readFileSync(join(workspaceRoot, 'deploy/local/sendium.yaml'), 'utf8');
  const rule = "  - { name: other, match: { to: '54321' }, deliver_to: { account: demo } }\n";
  const { smsc: smscPort, webhook } = stack.ports;
  const document = shipped
    .replace('port: 2776', `port: ${smscPort}`)
    .replace('127.0.0.1:8090', `127.0.0.1:${webhook}`)
    .replace('\ninbound:\n', `\ninbound:\n${rule}`);
  await stack.configure(document);
  // Until the router knows the rule a replay brings the letter back.
  await eventually(async () => {
    await sendium(stateDir, 'dead', 'replay', '--origin', 'inbound');
    expect(await listed()).toContainEqual(
      expect.objectContaining({ to: '54321', text: 'for whom?' }),
    );
  }, patiently);
  const { id } = (await listed()).find(({ to }) => to === '54321') ?? { id: '' };
  await eventually(async () => {
    expect(await received()).toContainEqual(
      expect.objectContaining({ webhook_id: `${id}-received`, signature: 'holds' }),
    );
  }, patiently);
  expect((await sendium(stateDir, 'dead', 'list')).out).toBe('No dead letters.\n');
}, 60_000);
