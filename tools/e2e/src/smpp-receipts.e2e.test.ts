// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { startStack, type Stack } from '@sendium/stack';
import { eventually, SmscDriver } from '@sendium/testkit';

interface Pdu {
  readonly command_status: number;
  readonly message_id: string;
  readonly esm_class: number;
  readonly source_addr: string;
  readonly destination_addr: string;
  readonly short_message: { readonly message: string };
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  response(): unknown;
}
interface PeerSession {
  on(event: string, listener: (pdu: Pdu) => void): void;
  send(pdu: unknown): void;
  bind_transceiver(fields: object, onAnswer: (pdu: Pdu) => void): void;
  submit_sm(fields: object, onAnswer: (pdu: Pdu) => void): void;
  destroy(): void;
}
const peer = createRequire(import.meta.url)('smpp') as { connect(options: object): PeerSession };

const configuration = (smscPort: number): string => `
version: 1
accounts:
  app: { smpp: { system_id: app, password: secret } }
connectors:
  sim: { host: 127.0.0.1, port: ${smscPort}, system_id: sendium, password: "\${env:SENDIUM_SIM_PASSWORD}" }
routes: [{ name: default, match: { to: { prefix: "44" } }, send_to: [sim] }]
`;

let stateDir: string;
let stack: Stack;
let smsc: SmscDriver;
const open: PeerSession[] = [];

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'sendium-e2e-'));
  const configText = (ports: { readonly smsc: number }): string => configuration(ports.smsc);
  stack = await startStack({ stateDir, ports: 'free', configText });
  smsc = new SmscDriver(stack.urls.simulator_control ?? '');
}, 120_000);
afterEach(() => {
  for (const session of open.splice(0)) session.destroy();
});
afterAll(async () => {
  await stack.stop();
  rmSync(stateDir, { recursive: true });
}, 60_000);

/** A client of another make, bound, and the receipts that it was given. */
async function bind() {
  const session = peer.connect({ host: '127.0.0.1', port: stack.ports.smpp });
  open.push(session);
  const receipts: Pdu[] = [];
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => {
    receipts.push(pdu);
    session.send(pdu.response());
  });
  const bound = await new Promise<Pdu>((resolve) =>
    session.bind_transceiver({ system_id: 'app', password: 'secret' }, resolve),
  );
  expect(bound.command_status).toBe(0);
  const submit = async (registeredDelivery: number, destination = '447700900123') => {
    const fields = {
      ...{ source_addr_ton: 5, source_addr: 'ACME', short_message: 'Hello' },
      ...{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: destination },
      registered_delivery: registeredDelivery,
    };
    const answer = await new Promise<Pdu>((resolve) => session.submit_sm(fields, resolve));
    expect(answer.command_status).toBe(0);
    return answer.message_id;
  };
  return { session, receipts, submit };
}

const statOf = ({ short_message: { message } }: Pdu): string =>
  /stat:(\w+)/.exec(message)?.[1] ?? message;

test('who asks for everything is told on the way and at the end, by the id it was given', async () => {
  const { receipts, submit } = await bind();
  const id = await submit(0x11);
  await eventually(() => expect(receipts).toHaveLength(2));
  const [onTheWay, atTheEnd] = receipts;
  const common = {
    receipted_message_id: id,
    source_addr: '447700900123',
    destination_addr: 'ACME',
  };
  expect(onTheWay).toMatchObject({ ...common, esm_class: 0x20, message_state: 1 });
  expect(atTheEnd).toMatchObject({ ...common, esm_class: 0x04, message_state: 2 });
  expect(receipts.map(statOf)).toEqual(['ENROUTE', 'DELIVRD']);
  expect(atTheEnd?.short_message.message).toMatch(
    new RegExp(
      `^id:${id} sub:001 dlvrd:001 submit date:\\d{10} done date:\\d{10} stat:DELIVRD err:000 text:$`,
    ),
  );
});

test('failures only, successes only, nothing: each is told what it asked for', async () => {
  const { receipts, submit } = await bind();
  await smsc.change({ receiptStats: { UNDELIV: 1 } });
  const [none, failures, successes] = [await submit(0), await submit(2), await submit(3)];
  await eventually(() => expect(receipts.map(statOf)).toEqual(['UNDELIV']));
  await smsc.change({ receiptStats: { DELIVRD: 1 } });
  const [unheard, success] = [await submit(2), await submit(3)];
  await eventually(() => expect(receipts).toHaveLength(2));
  expect(receipts.map((pdu) => pdu.receipted_message_id)).toEqual([failures, success]);
  expect([none, successes, unheard]).not.toContain(receipts[0]?.receipted_message_id);
});

test('what has no route, and what the carrier refuses, was answered ROK and ends in a receipt', async () => {
  const { receipts, submit } = await bind();
  const noRoute = await submit(1, '33612345678');
  await eventually(() => expect(receipts).toHaveLength(1));
  await smsc.change({ rejectShare: 1, rejectStatus: 0x0b });
  const refused = await submit(1);
  await eventually(() => expect(receipts).toHaveLength(2));
  await smsc.change({ rejectShare: 0 });
  expect(receipts.map((pdu) => [pdu.receipted_message_id, statOf(pdu)])).toEqual([
    [noRoute, 'UNDELIV'],
    [refused, 'REJECTD'],
  ]);
  expect(receipts[1]?.short_message.message).toContain('err:00B');
});

/** Reports that the tracker has put into the queue so far. */
async function reportsQueued(): Promise<number> {
  const response = await fetch(stack.urls.metrics['dlr-tracker'] ?? '');
  const lines = (await response.text()).matchAll(/^sendium_reports_total\{.*"queued".*\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

test('a client that was away finds its receipts when it binds again', async () => {
  const before = await reportsQueued();
  const first = await bind();
  stack.kill('smsc-simulator', 'SIGSTOP');
  const ids = await Promise.all([1, 2, 3].map(() => first.submit(1)));
  first.session.destroy();
  stack.kill('smsc-simulator', 'SIGCONT');
  await eventually(async () => expect(await reportsQueued()).toBe(before + ids.length));
  const second = await bind();
  await eventually(() => {
    const told = second.receipts.map((pdu) => pdu.receipted_message_id);
    expect([...told].sort()).toEqual([...ids].sort());
  });
});
