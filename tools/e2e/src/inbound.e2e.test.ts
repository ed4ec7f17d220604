// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { eventually, workspaceRoot } from '@sendium/testkit';

import { ask, sendium } from './sendium.fixture.ts';
import { startStage, type Stage } from './stage.fixture.ts';
import { textOf } from './smpp-peer.ts';

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

let stage: Stage;
const patiently = { timeoutMs: 20_000 };

// What `npm start` runs, as it is shipped.
beforeAll(async () => {
  stage = await startStage();
}, 120_000);
afterEach(() => stage.hangUp());
afterAll(() => stage[Symbol.asyncDispose](), 30_000);

/** What the demo receiver got so far. */
async function received(): Promise<readonly Received[]> {
  const response = await fetch(`${stage.stack.urls.demo_receiver ?? ''}/received`);
  return ((await response.json()) as { data: readonly Received[] }).data;
}
const listed = async (): Promise<readonly Inbound[]> =>
  (await ask<{ data: readonly Inbound[] }>(stage.stack, { path: '/v1/inbound_messages' })).data;

test('An SMS of a mobile reaches the application by webhook and by deliver_sm, and is listed.', async () => {
  const { given } = await stage.bind();
  await stage.smsc.inject({ from: '+447700900456', to: '12345', text: 'STOP' });
  await eventually(() => expect(given).toHaveLength(1), patiently);
  expect(given[0]).toMatchObject({
    ...{ source_addr: '447700900456', destination_addr: '12345', esm_class: 0 },
  });
  expect(given.map(textOf)).toEqual(['STOP']);
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
  expect(await ask(stage.stack, { path })).toMatchObject({ direction: 'inbound', text: 'STOP' });
});

test('A long one is one message for the webhook and the list, in its parts for the SMPP client.', async () => {
  const { given } = await stage.bind();
  const text = 'Ελληνικά и кириллица 🙂 '.repeat(8);
  await stage.smsc.inject({ from: '+447700900457', to: '12345', text });
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
  await stage.smsc.inject({ from: '+447700900458', to: '54321', text: 'for whom?' });
  await eventually(async () => {
    const { out } = await sendium(stage.stateDir, 'dead', 'list', '--origin', 'inbound');
    expect(out).toMatch(/inbound\.sim +inbound +[0-9a-f]{32} +no rule gives it to anyone$/m);
  }, patiently);
  await eventually(async () => {
    const { out } = await sendium(stage.stateDir, 'inbound', 'list', '--unmatched', '--show');
    expect(out).toMatch(/\+447700900458 +54321 +"for whom\?"$/m);
  }, patiently);
  const shipped = readFileSync(join(workspaceRoot, 'deploy/local/sendium.yaml'), 'utf8');
  const rule = "  - { name: other, match: { to: '54321' }, deliver_to: { account: demo } }\n";
  const { smsc: smscPort, webhook } = stage.stack.ports;
  const document = shipped
    .replace('port: 2776', `port: ${smscPort}`)
    .replace('127.0.0.1:8090', `127.0.0.1:${webhook}`)
    .replace('\ninbound:\n', `\ninbound:\n${rule}`);
  await stage.stack.configure(document);
  // Until the router knows the rule a replay brings the letter back.
  await eventually(async () => {
    await sendium(stage.stateDir, 'dead', 'replay', '--origin', 'inbound');
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
  expect((await sendium(stage.stateDir, 'dead', 'list')).out).toBe('No dead letters.\n');
}, 60_000);
