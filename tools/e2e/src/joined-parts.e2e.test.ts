// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStack, type Stack } from '@sendium/stack';
import { eventually, SmscDriver } from '@sendium/testkit';

interface Pdu {
  readonly command_status: number;
  readonly message_id: string;
  readonly message_state: number;
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
let smsc: SmscDriver;
const open: PeerSession[] = [];

const configText = ({ smsc: port }: { readonly smsc: number }): string => `
version: 1
accounts:
  app: { smpp: { system_id: app, password: secret, client_parts: join } }
connectors:
  sim: { host: 127.0.0.1, port: ${port}, system_id: sendium, password: '\${env:SENDIUM_SIM_PASSWORD}' }
routes: [{ name: all, send_to: [sim] }]
`;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'sendium-e2e-'));
  stack = await startStack({ stateDir, ports: 'free', configText });
  smsc = new SmscDriver(stack.urls.simulator_control ?? '');
}, 120_000);
afterAll(async () => {
  for (const session of open) session.destroy();
  await stack.stop();
  rmSync(stateDir, { recursive: true });
}, 60_000);

async function bind() {
  const session = peer.connect({ host: '127.0.0.1', port: stack.ports.smpp });
  open.push(session);
  const receipts: string[] = [];
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => {
    receipts.push(pdu.receipted_message_id ?? '');
    session.send(pdu.response());
  });
  const ask = (command: string, fields: object): Promise<Pdu> =>
    new Promise((resolve) => session.send(new peer.PDU(command, fields), resolve));
  const credentials = { system_id: 'app', password: 'secret', interface_version: 0x34 };
  const answer = await ask('bind_transceiver', credentials);
  expect(answer.command_status).toBe(0);
  return { ask, receipts };
}

const text = 'What a client has cut in three is one message to its carrier: 1, 2, 3.';
const recipient = '447700900123';

/** The parts of the text as PDUs. */
function parts(): readonly object[] {
  const size = Math.ceil(text.length / 3);
  return [0, 1, 2].map((index) => ({
    ...{ source_addr_ton: 5, source_addr: 'ACME', dest_addr_ton: 1, dest_addr_npi: 1 },
    ...{ destination_addr: recipient, esm_class: 0x40 },
    // The second part asks for no receipt.
    registered_delivery: index === 1 ? 0 : 1,
    short_message: Buffer.concat([
      Buffer.of(5, 0, 3, 7, 3, index + 1),
      Buffer.from(text.slice(index * size, (index + 1) * size)),
    ]),
  }));
}

test('The parts of a client go out as one message; each that asked gets its receipt, each is known.', async () => {
  const [one, two] = [await bind(), await bind()];
  const [part1, part2, part3] = parts() as [object, object, object];
  const answers = [
    await two.ask('submit_sm', part3),
    await one.ask('submit_sm', part1),
    await two.ask('submit_sm', part2),
  ];
  expect(answers.map(({ command_status: status }) => status)).toEqual([0, 0, 0]);
  const ids = answers.map(({ message_id: id }) => id);
  await eventually(async () => {
    const sent = await smsc.messages();
    expect(sent.map((message) => message.text)).toEqual([text]);
  });
  const [third, first, second] = ids as [string, string, string];
  await eventually(() => {
    const receipts = [...one.receipts, ...two.receipts];
    expect(receipts).toEqual(expect.arrayContaining([first, third]));
    expect(receipts).not.toContain(second);
  });
  for (const id of ids) {
    const known = await one.ask('query_sm', { message_id: id, source_addr: 'ACME' });
    expect(known).toMatchObject({ command_status: 0, message_state: 2 });
  }
}, 60_000);
