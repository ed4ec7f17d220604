// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startStack } from '@sendium/stack';
import type { Stack } from '@sendium/stack';
import { eventually } from '@sendium/testkit';
import type { Child } from '@sendium/testkit';
import { startCapture, unanswered } from './capture.ts';
import { visitHostile } from './hostile-client.fixture.ts';
import { sendByKannel } from './kannel.fixture.ts';
import { runNetSmpp, stepsOf } from './net-smpp-client.ts';
import { linesOf, startPerl } from './perl.ts';
import { kannel, netSmpp, tshark } from './programs.ts';
import type { PackagePdu } from './smpp-package.ts';
import { bindByPackage } from './smpp-package.ts';
import type { SmppTarget } from './smpp-target.ts';
import { whenPresent } from './when-present.fixture.ts';

// The whole gateway: what these clients submit goes through to the simulated carrier, which is the
// `smpp` package in the role of an SMSC, and its receipts come back.
let stateDir: string;
let stack: Stack;
let target: SmppTarget;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'sendium-interop-'));
  stack = await startStack({ stateDir, ports: 'free' });
  target = {
    port: stack.ports.smpp,
    systemId: stack.demo?.system_id ?? '',
    password: stack.demo?.password ?? '',
  };
}, 120_000);

afterAll(async () => {
  await stack.stop();
  rmSync(stateDir, { recursive: true });
}, 30_000);

test('the smpp package binds, submits, asks, gets its receipts and unbinds', async () => {
  const receipts: PackagePdu[] = [];
  const { session, bound } = await bindByPackage(target, (pdu) => receipts.push(pdu));
  expect(bound).toMatchObject({ command_status: 0, sc_interface_version: 0x50 });
  const submit = (n: number) =>
    new Promise<PackagePdu>((resolve) => {
      const fields = {
        source_addr_ton: 5,
        source_addr: 'ACME',
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        destination_addr: `4477009000${10 + n}`,
        registered_delivery: 1,
        short_message: `Hello ${n}`,
      };
      session.submit_sm(fields, resolve);
    });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => submit(n)));
  expect(answers.map((answer) => answer.command_status)).toEqual(answers.map(() => 0));
  const ids = answers.map((answer) => answer.message_id);
  await eventually(() => expect(receipts).toHaveLength(20), { timeoutMs: 20_000 });
  expect(receipts.map((pdu) => pdu.receipted_message_id).toSorted()).toEqual(ids.toSorted());
  expect(receipts[0]).toMatchObject({ esm_class: 4, message_state: 2 });
  expect(receipts[0]?.short_message.message).toMatch(/^id:[0-9a-f]{32} .*stat:DELIVRD /);
  const query = { message_id: ids[0], source_addr_ton: 5, source_addr: 'ACME' };
  const found = await new Promise<PackagePdu>((resolve) => session.query_sm(query, resolve));
  expect(found).toMatchObject({ command_status: 0, message_state: 2 });
  await new Promise<PackagePdu>((resolve) => session.enquire_link(resolve));
  const ended = await new Promise<PackagePdu>((resolve) => session.unbind(resolve));
  expect(ended.command_status).toBe(0);
  session.close();
}, 60_000);

whenPresent(netSmpp, tshark)(
  'Net::SMPP gets its receipts; tshark sees no malformed frame and every request answered',
  async () => {
    await using capture = await startCapture(target.port);
    const steps = await runNetSmpp(target, { mode: 'transceiver', count: 20 });
    expect(steps[0]).toMatchObject({ step: 'bound', status: 0, version: '50' });
    const ids = stepsOf(steps, 'answered').map(({ id }) => id);
    const receipted = stepsOf(steps, 'receipt').map((receipt) =>
      String(receipt['receipted_message_id']).replace(/\0$/, ''),
    );
    expect(receipted.toSorted()).toEqual(ids.toSorted());
    expect(steps.at(-1)).toEqual({ step: 'unbound' });
    const { pdus, complaints } = await capture.dissect();
    expect(complaints).toEqual([]);
    expect(unanswered(pdus)).toEqual([]);
    expect(pdus.filter(({ commandId }) => commandId === 5)).toHaveLength(20);
  },
  60_000,
);

whenPresent(netSmpp)(
  'Net::SMPP bound with 3.3 gets ids of eight characters, the same in its receipts, and no TLV',
  async () => {
    const steps = await runNetSmpp(target, { mode: 'transceiver', version: '33', count: 3 });
    expect(steps[0]).toMatchObject({ status: 0, version: null });
    const ids = stepsOf(steps, 'answered').map(({ id }) => String(id));
    expect(ids.map(({ length }) => length)).toEqual([8, 8, 8]);
    const receipts = stepsOf(steps, 'receipt');
    expect(receipts.map((receipt) => String(receipt['text']).slice(3, 11)).toSorted()).toEqual(
      ids.toSorted(),
    );
    expect(receipts[0]).toMatchObject({ receipted_message_id: null, message_state: null });
  },
  60_000,
);

whenPresent(netSmpp)('Net::SMPP with a wrong password is refused by ESME_RBINDFAIL', async () => {
  const wrong = { ...target, password: 'wrong' };
  const steps = await runNetSmpp(wrong, { mode: 'transceiver', count: 1 });
  expect(steps).toMatchObject([{ step: 'bound', status: 0x0d }]);
});

whenPresent(kannel, tshark)(
  'Kannel sends short and long texts and gets their receipts; tshark has no complaint',
  async () => {
    await using capture = await startCapture(target.port);
    await sendByKannel(target);
    const { pdus, complaints } = await capture.dissect();
    expect(complaints).toEqual([]);
    expect(unanswered(pdus)).toEqual([]);
    expect(pdus.filter(({ commandId }) => commandId === 4)).toHaveLength(5);
  },
  90_000,
);

whenPresent(netSmpp, tshark)(
  'the connector works with Net::SMPP as a carrier; tshark has no complaint',
  async () => {
    const carrier = await startPerl('smsc.pl', []);
    const port = await carrier.until(() => Promise.resolve(portOf(carrier)), 10_000);
    await using capture = await startCapture(port);
    await stack.configure(documentWith(port));
    const steps = await runNetSmpp(target, { mode: 'transceiver', count: 10 });
    // Its receipts have come all the way: from the carrier's text to the client's TLVs.
    expect(stepsOf(steps, 'receipt').map((step) => step['message_state'])).toEqual(
      Array.from({ length: 10 }, () => 2),
    );
    expect(linesOf(carrier).slice(1)).toHaveLength(10);
    await stack.configure(documentWith(stack.ports.smsc));
    expect(await carrier.ended).toMatchObject({ code: 0 });
    const { pdus, complaints } = await capture.dissect();
    expect(complaints).toEqual([]);
    expect(unanswered(pdus)).toEqual([]);
  },
  60_000,
);

test('mutated PDUs, bound and not, end no process, and others are served meanwhile', async () => {
  const { session } = await bindByPackage(target, () => undefined);
  const processes = stack.processes;
  const submit = { source_addr: 'ACME', destination_addr: '447700900123', short_message: 'Hello' };
  let isOver = false;
  const sent = { bound: 0, unbound: 0 };
  const visits = async (isBound: boolean) => {
    for (let seed = 1; seed <= 60; seed++) {
      const count = await visitHostile(target, { isBound, seed, count: 200 });
      sent[isBound ? 'bound' : 'unbound'] += count;
    }
  };
  const hostile = Promise.all([visits(true), visits(false)]).finally(() => (isOver = true));
  const statuses: number[] = [];
  // Set in between, which a type checker does not see.
  while (!(isOver as boolean)) {
    const answer = await new Promise<PackagePdu>((resolve) => session.submit_sm(submit, resolve));
    statuses.push(answer.command_status);
  }
  await hostile;
  expect(Math.min(sent.bound, sent.unbound)).toBeGreaterThan(500);
  expect(statuses.length).toBeGreaterThan(10);
  expect(new Set(statuses)).toEqual(new Set([0]));
  expect(stack.processes).toEqual(processes);
  session.close();
}, 60_000);

/** The port that the script has printed; throws until then. */
function portOf(carrier: Child): number {
  const port = linesOf(carrier)[0]?.['port'];
  if (typeof port !== 'number') throw new Error('it does not listen yet');
  return port;
}

/** One account, one carrier on this port, reached by one bind. */
function documentWith(port: number): string {
  return `
version: 1
accounts:
  demo:
    smpp: { system_id: demo, password: '\${env:SENDIUM_DEMO_SMPP_PASSWORD}', binds: 10 }
connectors:
  sim:
    host: 127.0.0.1
    port: ${port}
    system_id: sendium
    password: '\${env:SENDIUM_SIM_PASSWORD}'
    binds: 1
routes: [{ name: default, send_to: [sim] }]
`;
}
