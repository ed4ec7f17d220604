// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { startStage, type Stage } from './stage.fixture.ts';
import { textOf } from './smpp-peer.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose](), 60_000);

test('account demo binds with what is printed, sends, asks, and gets its receipt', async () => {
  const client = await stage.bind({ interface_version: 0x34 });
  const id = await client.accept({ destination_addr: '447700900123', short_message: 'Hello' });
  // Asked at once: what was accepted is known.
  expect((await client.query(id)).command_status).toBe(0);
  await eventually(() => expect(client.given).toHaveLength(1));
  expect(client.given[0]).toMatchObject({ receipted_message_id: id });
  expect(await client.query(id)).toMatchObject({ command_status: 0, message_state: 2 });
});

test('a client of 3.3 knows its message by eight characters everywhere', async () => {
  const client = await stage.bind({ interface_version: 0x33 });
  const id = await client.accept({ destination_addr: '447700900124', short_message: 'Hello' });
  expect(id).toMatch(/^[0-9a-f]{8}$/);
  await eventually(() => expect(client.given).toHaveLength(1));
  expect(client.given.map(textOf)[0]).toMatch(new RegExp(`^id:${id} .*stat:DELIVRD`));
  expect(await client.query(id)).toMatchObject({
    command_status: 0,
    message_id: id,
    message_state: 2,
  });
});
