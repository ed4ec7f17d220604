// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { startStage, type Stage } from './stage.fixture.ts';
import type { PeerClient } from './smpp-peer.ts';

let stage: Stage;

const configText = ({ smsc: port }: { readonly smsc: number }): string => `
version: 1
accounts:
  app: { smpp: { system_id: app, password: secret, client_parts: join } }
connectors:
  sim: { host: 127.0.0.1, port: ${port}, system_id: sendium, password: '\${env:SENDIUM_SIM_PASSWORD}' }
routes: [{ name: all, send_to: [sim] }]
`;

beforeAll(async () => {
  stage = await startStage({ configText });
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose](), 60_000);

const credentials = { system_id: 'app', password: 'secret', interface_version: 0x34 };
const receipts = ({ given }: PeerClient) => given.map((pdu) => pdu.receipted_message_id ?? '');

const text = 'What a client has cut in three is one message to its carrier: 1, 2, 3.';
const recipient = '447700900123';

/** The parts of the text as PDUs. */
function parts(): readonly object[] {
  const size = Math.ceil(text.length / 3);
  return [0, 1, 2].map((index) => ({
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
  const [one, two] = [await stage.bind(credentials), await stage.bind(credentials)];
  const [part1, part2, part3] = parts() as [object, object, object];
  const ids = [await two.accept(part3), await one.accept(part1), await two.accept(part2)];
  await eventually(async () => {
    const sent = await stage.smsc.messages();
    expect(sent.map((message) => message.text)).toEqual([text]);
  });
  const [third, first, second] = ids as [string, string, string];
  await eventually(() => {
    const told = [one, two].flatMap(receipts);
    expect(told).toEqual(expect.arrayContaining([first, third]));
    expect(told).not.toContain(second);
  });
  for (const id of ids) {
    expect(await one.query(id)).toMatchObject({ command_status: 0, message_state: 2 });
  }
}, 60_000);
