// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startReceiver, type Ports, type ReceivedEvent, type Receiver } from '@sendium/stack';
import { eventually, freePort } from '@sendium/testkit';

import { ask, send, sendium } from './sendium.fixture.ts';
import { startStage, type Stage } from './stage.fixture.ts';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

/** Account demo with a webhook to the receiver of this test; retries that a test can wait for. */
const configuration = ({ smsc }: Ports, receiverPort: number): string => `
version: 1
accounts:
  demo:
    rest: { keys: [{ name: default, hash: "\${env:SENDIUM_DEMO_KEY_HASH}" }] }
    webhooks:
      - { name: main, url: "http://127.0.0.1:${receiverPort}/hook", secret: "${secret}", timeout: 2s }
connectors:
  sim: { host: 127.0.0.1, port: ${smsc}, system_id: sendium, password: "\${env:SENDIUM_SIM_PASSWORD}" }
routes: [{ name: default, send_to: [sim] }]
webhooks: { allow_networks: [127.0.0.0/8] }
`;

const notifier = {
  SENDIUM_WEBHOOK_RETRIES: '0s,300ms,600ms,1s,2s,2s,2s,2s,2s,2s',
  SENDIUM_WEBHOOK_REST: '200ms',
  SENDIUM_WEBHOOK_REST_MAX: '1s',
};

let stage: Stage;
let port: number;
let receiver: Receiver | undefined;
/** Every event that any receiver of this test got, in the order of arrival. */
let events: ReceivedEvent[];
let bodies: Map<string, Set<string>>;

beforeAll(async () => {
  port = await freePort();
  stage = await startStage({
    env: { notifier },
    configText: (ports) => configuration(ports, port),
  });
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose](), 30_000);
beforeEach(async () => {
  events = [];
  bodies = new Map();
  await receive();
});
afterEach(() => hangUp());

async function receive(): Promise<void> {
  receiver = await startReceiver({
    ...{ port, secret },
    onEvent: (event, body) => {
      events.push(event);
      const known = bodies.get(event.webhookId) ?? new Set();
      bodies.set(event.webhookId, known.add(body));
    },
  });
}

/** From here on connections are refused. */
async function hangUp(): Promise<void> {
  await receiver?.[Symbol.asyncDispose]();
  receiver = undefined;
}

const taken = (): readonly ReceivedEvent[] => events.filter(({ answered }) => answered < 300);
const typesOf = (id: string): readonly string[] =>
  taken().flatMap(({ messageId, type }) => (messageId === id ? [type] : []));
const patiently = { timeoutMs: 20_000 };
const allTheWay = ['message.queued', 'message.sent', 'message.delivered'];

test('A message that was sent ends in message.delivered, signed, with the whole message in it.', async () => {
  const metadata = { order: '17' };
  const id = await send(stage.stack, { metadata, client_reference: 'mine' });
  await eventually(() => expect(typesOf(id)).toEqual(['message.delivered']), patiently);
  const [event] = taken();
  expect(event).toMatchObject({ signature: 'holds', webhookId: `${id}-delivered` });
  const [body] = bodies.get(`${id}-delivered`) ?? [];
  const { type, data } = JSON.parse(body ?? '') as { type: string; data: { message: object } };
  expect(type).toBe('message.delivered');
  expect(data.message).toMatchObject({
    ...{ id, status: 'delivered', final: true, to: '+447700900123', text: 'Hello' },
    ...{ metadata, client_reference: 'mine', segments_delivered: 1 },
  });
  // The same that the application would be told when it asks.
  expect(await ask(stage.stack, { path: `/v1/messages/${id}` })).toEqual(data.message);
  await eventually(async () => {
    const path = `/v1/messages/${id}/events`;
    const { data: timeline } = await ask<{ data: { type: string }[] }>(stage.stack, { path });
    expect(timeline.map((step) => step.type)).toContain('notified');
  });
});

test('Who wants to hear everything of a message does, in order; who wants nothing, nothing.', async () => {
  const quiet = await send(stage.stack, { delivery_report: 'none' });
  const all = await send(stage.stack, { delivery_report: 'all' });
  await eventually(() => expect(typesOf(all)).toEqual(allTheWay), patiently);
  // No receipt was asked for: this is as far as it comes.
  const { status } = await ask<{ status: string }>(stage.stack, { path: `/v1/messages/${quiet}` });
  expect(status).toBe('sent');
  expect(typesOf(quiet)).toEqual([]);
});

test('A URL of its own takes the place of the endpoints, signed alike.', async () => {
  const own = await startReceiver({ secret, path: '/own' });
  const id = await send(stage.stack, { webhook_url: own.hookUrl });
  await eventually(() => expect(own.events).toHaveLength(1), patiently);
  expect(own.events[0]).toMatchObject({
    ...{ type: 'message.delivered', messageId: id, signature: 'holds' },
  });
  expect(typesOf(id)).toEqual([]);
  await own[Symbol.asyncDispose]();
});

test.each([
  ['answers 503', () => receiver?.behave({ status: 503 }), () => receiver?.behave({ status: 200 })],
  ['refuses connections', hangUp, receive],
] as const)(
  'While the receiver %s nothing is lost: all arrives later, in sequence for each message.',
  async (_, goAway, comeBack) => {
    await goAway();
    const texts = Array.from({ length: 20 }, (_unused, i) => `message ${i}`);
    const ids = await Promise.all(
      texts.map((text) => send(stage.stack, { text, delivery_report: 'all' })),
    );
    await eventually(async () => {
      for (const id of ids) {
        const { status } = await ask<{ status: string }>(stage.stack, {
          path: `/v1/messages/${id}`,
        });
        expect(status).toBe('delivered');
      }
    }, patiently);
    expect(taken()).toEqual([]);
    const { out } = await sendium(stage.stateDir, 'webhook', 'list');
    expect(out).toMatch(/^demo\/main +failing/m);
    await comeBack();
    await eventually(() => expect(taken()).toHaveLength(ids.length * allTheWay.length), patiently);
    for (const id of ids) {
      expect(typesOf(id)).toEqual(allTheWay);
      const mine = taken().filter(({ messageId }) => messageId === id);
      const sequences = mine.map(({ sequence }) => sequence ?? 0);
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    }
    expect(events.every(({ signature }) => signature === 'holds')).toBe(true);
    // Each attempt of one event says the same under the same id.
    for (const said of bodies.values()) expect(said.size).toBe(1);
    await eventually(async () => {
      expect((await sendium(stage.stateDir, 'webhook', 'list')).out).toMatch(/^demo\/main +works/m);
    }, patiently);
  },
  90_000,
);

test('An endpoint is tested from the command line.', async () => {
  const { code, out } = await sendium(stage.stateDir, 'webhook', 'test', 'demo/main', '--json');
  expect(code).toBe(0);
  const { webhook_id: id } = JSON.parse(out) as { webhook_id: string };
  await eventually(() => expect(events).toHaveLength(1), patiently);
  expect(events[0]).toMatchObject({
    ...{ type: 'endpoint.test', webhookId: id, signature: 'holds' },
  });
});

test('An endpoint that says 410 is switched off; what it missed is listed, and replayed once it is on.', async () => {
  receiver?.behave({ status: 410 });
  const id = await send(stage.stack);
  const listed = async () => {
    const { out } = await sendium(stage.stateDir, 'dead', 'list', '--origin', 'webhook', '--json');
    return JSON.parse(out) as { data: readonly { message_id: string; content: string }[] };
  };
  await eventually(async () => {
    const { data } = await listed();
    expect(data.map((letter) => letter.message_id)).toContain(id);
  }, patiently);
  expect((await sendium(stage.stateDir, 'webhook', 'list')).out).toMatch(/^demo\/main +disabled/m);
  receiver?.behave({ status: 200 });
  const enabled = await sendium(stage.stateDir, 'webhook', 'enable', 'demo/main');
  expect(enabled).toMatchObject({ code: 0, err: '' });
  const replayed = await sendium(
    ...([stage.stateDir, 'dead', 'replay', '--account', 'demo', '--endpoint', 'main'] as const),
  );
  expect(replayed).toMatchObject({ code: 0, out: expect.stringContaining('1 replayed, 0 left') });
  await eventually(() => expect(typesOf(id)).toEqual(['message.delivered']), patiently);
  expect(taken()[0]).toMatchObject({ webhookId: `${id}-delivered`, signature: 'holds' });
  expect((await listed()).data).toEqual([]);
}, 60_000);
