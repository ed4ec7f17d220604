// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { startStage, type Stage } from './stage.fixture.ts';
import { textOf, type PeerPdu } from './smpp-peer.ts';

const configText = ({ smsc }: { readonly smsc: number }): string => `
version: 1
accounts:
  app: { smpp: { system_id: app, password: secret } }
connectors:
  sim: { host: 127.0.0.1, port: ${smsc}, system_id: sendium, password: "\${env:SENDIUM_SIM_PASSWORD}" }
routes: [{ name: default, match: { to: { prefix: "44" } }, send_to: [sim] }]
`;

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ configText });
}, 120_000);
afterEach(() => stage.hangUp());
afterAll(() => stage[Symbol.asyncDispose](), 60_000);

/** A client of another make, bound, and the receipts that it was given. */
async function bind() {
  const client = await stage.bind({ system_id: 'app', password: 'secret' });
  const submit = (registeredDelivery: number, destination = '447700900123') =>
    client.accept({
      ...{ destination_addr: destination, short_message: 'Hello' },
      registered_delivery: registeredDelivery,
    });
  return { session: client.session, receipts: client.given, submit };
}

const statOf = (pdu: PeerPdu): string | undefined => /stat:(\w+)/.exec(textOf(pdu) ?? '')?.[1];

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
  expect(textOf(atTheEnd!)).toMatch(
    new RegExp(
      `^id:${id} sub:001 dlvrd:001 submit date:\\d{10} done date:\\d{10} stat:DELIVRD err:000 text:$`,
    ),
  );
});

test('failures only, successes only, nothing: each is told what it asked for', async () => {
  const { receipts, submit } = await bind();
  await stage.smsc.change({ receiptStats: { UNDELIV: 1 } });
  const [none, failures, successes] = [await submit(0), await submit(2), await submit(3)];
  await eventually(() => expect(receipts.map(statOf)).toEqual(['UNDELIV']));
  await stage.smsc.change({ receiptStats: { DELIVRD: 1 } });
  const [unheard, success] = [await submit(2), await submit(3)];
  await eventually(() => expect(receipts).toHaveLength(2));
  expect(receipts.map((pdu) => pdu.receipted_message_id)).toEqual([failures, success]);
  expect([none, successes, unheard]).not.toContain(receipts[0]?.receipted_message_id);
});

test('what has no route, and what the carrier refuses, was answered ROK and ends in a receipt', async () => {
  const { receipts, submit } = await bind();
  const noRoute = await submit(1, '33612345678');
  await eventually(() => expect(receipts).toHaveLength(1));
  await stage.smsc.change({ rejectShare: 1, rejectStatus: 0x0b });
  const refused = await submit(1);
  await eventually(() => expect(receipts).toHaveLength(2));
  await stage.smsc.change({ rejectShare: 0 });
  expect(receipts.map((pdu) => [pdu.receipted_message_id, statOf(pdu)])).toEqual([
    [noRoute, 'UNDELIV'],
    [refused, 'REJECTD'],
  ]);
  expect(textOf(receipts[1]!)).toContain('err:00B');
});

/** Reports that the tracker has put into the queue so far. */
async function reportsQueued(): Promise<number> {
  const response = await fetch(stage.stack.urls.metrics['dlr-tracker'] ?? '');
  const lines = (await response.text()).matchAll(/^sendium_reports_total\{.*"queued".*\} (\d+)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

test('a client that was away finds its receipts when it binds again', async () => {
  const before = await reportsQueued();
  const first = await bind();
  stage.stack.kill('smsc-simulator', 'SIGSTOP');
  const ids = await Promise.all([1, 2, 3].map(() => first.submit(1)));
  first.session.destroy();
  stage.stack.kill('smsc-simulator', 'SIGCONT');
  await eventually(async () => expect(await reportsQueued()).toBe(before + ids.length));
  const second = await bind();
  await eventually(() => {
    const told = second.receipts.map((pdu) => pdu.receipted_message_id);
    expect([...told].sort()).toEqual([...ids].sort());
  });
});
