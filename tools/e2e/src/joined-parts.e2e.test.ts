// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStack, type Stack } from '@sendium/stack';
import { eventually, SmscDriver, workspaceRoot } from '@sendium/testkit';

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

// What `npm start` runs, but that account demo has its parts joined.
beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'sendium-e2e-'));
  stack = await startStack({ stateDir, ports: 'free' });
  smsc = new SmscDriver(stack.urls.simulator_control ?? '');
  const shipped = readFileSync(join(workspaceRoot, 'deploy/local/sendium.yaml'), 'utf8');
  await stack.configure(
    shipped
      .replace('port: 2776', `port: ${stack.ports.smsc}`)
      .replace('system_id: demo', 'system_id: demo\n      client_parts: join'),
  );
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
  const { system_id, password } = stack.demo ?? {};
  const answer = await ask('bind_transceiver', { system_id, password, interface_version: 0x34 });
  expect(answer.command_status).toBe(0);
  return { ask, receipts };
}

const text = 'What a client has cut in three is one message to its carrier: 1, 2, 3.';
const to = (reference: number) => `4477009001${reference}`;

/** The parts of the text as PDUs. */
function partsOf(reference: number): readonly object[] {
  const size = Math.ceil(text.length / 3);
  return [0, 1, 2].map((index) => ({
    ...{ source_addr_ton: 5, source_addr: 'ACME', dest_addr_ton: 1, dest_addr_npi: 1 },
    ...{ destination_addr: to(reference), esm_class: 0x40 },
    // The second part asks for no receipt.
    registered_delivery: index === 1 ? 0 : 1,
    short_message: Buffer.concat([
      Buffer.of(5, 0, 3, reference, 3, index + 1),
      Buffer.from(text.slice(index * size, (index + 1) * size)),
    ]),
  }));
}

test('The parts of a client go out as one message; each that asked gets its receipt, each is known.', async () => {
  const [one, two] = [await bind(), await bind()];
  let reference = 10;
  let ids: readonly string[] = [];
  // Until ingress-smpp has the new configuration the parts pass as they are.
  await eventually(
    async () => {
      reference += 1;
      const [first, second, third] = partsOf(reference) as [object, object, object];
      const answers = [
        await two.ask('submit_sm', third),
        await one.ask('submit_sm', first),
        await two.ask('submit_sm', second),
      ];
      expect(answers.map(({ command_status: status }) => status)).toEqual([0, 0, 0]);
      ids = answers.map(({ message_id: id }) => id);
      await eventually(async () => {
        const sent = await smsc.messages();
        const texts = sent
          .filter(({ destination }) => destination.address === to(reference))
          .map((message) => message.text);
        expect(texts).toEqual([text]);
      });
    },
    { timeoutMs: 30_000 },
  );
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
