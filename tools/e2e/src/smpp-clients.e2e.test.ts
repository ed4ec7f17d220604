// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStack, type Stack } from '@sendium/stack';
import { eventually } from '@sendium/testkit';

interface Pdu {
  readonly command_status: number;
  readonly message_id: string;
  readonly message_state: number;
  readonly short_message: { readonly message: string };
  readonly receipted_message_id?: string;
  response(): unknown;
}
interface PeerSession {
  on(event: string, listener: (pdu: Pdu) => void): void;
  send(pdu: unknown, onAnswer?: (pdu: Pdu) => void): void;
  destroy(): void;
}
interface Peer {
  readonly PDU: new (command: string, fields: object) => unknown;
  connect(options: object): PeerSession;
}
const peer = createRequire(import.meta.url)('smpp') as Peer;

let stateDir: string;
let stack: Stack;
const open: PeerSession[] = [];

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'sendium-e2e-'));
  stack = await startStack({ stateDir, ports: 'free' });
}, 120_000);
afterAll(async () => {
  for (const session of open) session.destroy();
  await stack.stop();
  rmSync(stateDir, { recursive: true });
}, 60_000);

/** A client of another make with what `npm start` prints, bound as this version. */
async function bind(interfaceVersion: number) {
  const [host = '', port = ''] = stack.urls.smpp.split(':');
  const session = peer.connect({ host, port: Number(port) });
  open.push(session);
  const receipts: Pdu[] = [];
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => {
    receipts.push(pdu);
    session.send(pdu.response());
  });
  const ask = (command: string, fields: object): Promise<Pdu> =>
    new Promise((resolve) => session.send(new peer.PDU(command, fields), resolve));
  const { system_id, password } = stack.demo ?? {};
  const credentials = { system_id, password, interface_version: interfaceVersion };
  expect((await ask('bind_transceiver', credentials)).command_status).toBe(0);
  return { ask, receipts };
}

const text = {
  ...{ source_addr_ton: 5, source_addr: 'ACME', short_message: 'Hello' },
  ...{ dest_addr_ton: 1, dest_addr_npi: 1, registered_delivery: 1 },
};

test('account demo binds with what is printed, sends, asks, and gets its receipt', async () => {
  const { ask, receipts } = await bind(0x34);
  const answer = await ask('submit_sm', { ...text, destination_addr: '447700900123' });
  expect(answer).toMatchObject({ command_status: 0 });
  const query = { message_id: answer.message_id, source_addr: 'ACME' };
  // Asked at once: what was accepted is known.
  expect((await ask('query_sm', query)).command_status).toBe(0);
  await eventually(() => expect(receipts).toHaveLength(1));
  expect(receipts[0]).toMatchObject({ receipted_message_id: answer.message_id });
  expect(await ask('query_sm', query)).toMatchObject({ command_status: 0, message_state: 2 });
});

test('a client of 3.3 knows its message by eight characters everywhere', async () => {
  const { ask, receipts } = await bind(0x33);
  const answer = await ask('submit_sm', { ...text, destination_addr: '447700900124' });
  const id = answer.message_id;
  expect(id).toMatch(/^[0-9a-f]{8}$/);
  await eventually(() => expect(receipts).toHaveLength(1));
  expect(receipts[0]?.short_message.message).toMatch(new RegExp(`^id:${id} .*stat:DELIVRD`));
  const asked = await ask('query_sm', { message_id: id, source_addr: 'ACME' });
  expect(asked).toMatchObject({ command_status: 0, message_id: id, message_state: 2 });
});
