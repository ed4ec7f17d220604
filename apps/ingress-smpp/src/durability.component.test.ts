// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { defaultTopology } from '@sendium/contracts';
import { commandStatus, type Pdu, type PduInput, type PduOf } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import type { RawClient } from './raw-client.fixture.ts';
import { startIngress, type IngressOptions, type RunningIngress } from './start-ingress.fixture.ts';

let ingress: RunningIngress;
const start = async (options: IngressOptions = {}): Promise<RawClient> => {
  ingress = await startIngress(options);
  return boundClient();
};
const boundClient = async (fields: object = {}, from?: string): Promise<RawClient> => {
  const client = await ingress.connect(from);
  expect((await client.bind(fields, 'transmitter')).commandStatus).toBe(commandStatus.ESME_ROK);
  return client;
};
let stopped: RunningIngress | undefined;
beforeEach(() => {
  stopped = undefined;
});
afterEach(async () => {
  stopped?.backbone.nats.signal('SIGCONT');
  await ingress[Symbol.asyncDispose]();
});

const text: PduInput<'submit_sm'> = {
  ...{ command: 'submit_sm', sourceAddr: 'ACME', destinationAddr: '447700900123', destAddrTon: 1 },
  shortMessage: Buffer.from('Hello'),
};
const accepted = (pdus: readonly Pdu[]): readonly string[] =>
  pdus.flatMap((pdu) =>
    pdu.command === 'submit_sm_resp' && pdu.commandStatus === 0 ? [pdu.messageId] : [],
  );

const freeze = async (): Promise<void> => {
  const { nats } = ingress.backbone;
  stopped = ingress;
  nats.signal('SIGSTOP');
  await eventually(() => expect(readFileSync(`/proc/${nats.pid}/stat`, 'utf8')).toContain(') T '));
};
const thaw = (): void => {
  ingress.backbone.nats.signal('SIGCONT');
  stopped = undefined;
};

test('no submit_sm is answered before its message is durable', async () => {
  const client = await start();
  await freeze();
  const answer = client.ask(text);
  expect((await client.ask({ command: 'enquire_link' })).command).toBe('enquire_link_resp');
  expect(accepted(client.received)).toEqual([]);
  thaw();
  const { messageId, commandStatus: status } = (await answer) as PduOf<'submit_sm_resp'>;
  expect(status).toBe(0);
  expect((await ingress.stored()).map(({ id }) => id)).toContain(messageId);
});

test('with a full window of unanswered requests nothing more is read', async () => {
  await start();
  const client = await boundClient({ systemId: 'narrow' }, '127.0.0.2');
  await freeze();
  const answers = [client.ask(text), client.ask(text)];
  await client.ask({ command: 'enquire_link' });
  answers.push(client.ask(text));
  const behind = client.ask({ command: 'enquire_link' });
  // Another client is not concerned; by its answers the first one would have had its own.
  const other = await ingress.connect();
  for (let n = 0; n < 20; n += 1) await other.ask({ command: 'enquire_link' });
  const isEnquired = ({ command }: Pdu): boolean => command === 'enquire_link_resp';
  expect(client.received.filter(isEnquired)).toHaveLength(1);
  thaw();
  await Promise.all([...answers, behind]);
  expect(accepted(client.received)).toHaveLength(3);
});

test('while NATS is away a submit_sm gets a temporary error, and a bind too', async () => {
  const client = await start();
  await ingress.backbone.nats.kill();
  await eventually(async () => {
    const { commandStatus: status } = await client.ask(text);
    expect(status).toBe(commandStatus.ESME_RSYSERR);
  });
  const late = await ingress.connect();
  expect((await late.bind()).commandStatus).toBe(commandStatus.ESME_RSYSERR);
  await ingress.backbone.nats.restart();
  await eventually(async () => {
    expect((await client.ask(text)).commandStatus).toBe(0);
  });
  await eventually(async () => {
    const ids = new Set((await ingress.stored()).map(({ id }) => id as string));
    for (const id of accepted(client.received)) expect(ids).toContain(id);
  });
}, 90_000);

test('who leaves while its bind is being checked holds no place', async () => {
  await start();
  await freeze();
  for (let n = 0; n < 4; n += 1) {
    const hasty = await ingress.connect('127.0.0.2');
    const bound = hasty.bind({ systemId: 'narrow' }, 'transmitter').catch(() => undefined);
    await hasty.ask({ command: 'enquire_link' });
    hasty.socket.destroy();
    await bound;
  }
  thaw();
  // Both of the account's two places are free again.
  await eventually(async () => {
    const client = await ingress.connect('127.0.0.2');
    expect((await client.bind({ systemId: 'narrow' }, 'transmitter')).commandStatus).toBe(0);
  });
  await eventually(async () => {
    const client = await ingress.connect('127.0.0.2');
    expect((await client.bind({ systemId: 'narrow' }, 'transmitter')).commandStatus).toBe(0);
  });
}, 90_000);

test('a bind outlives its lease while nobody can renew any', async () => {
  const client = await start();
  await ingress.backbone.nats.kill();
  await eventually(() => expect(ingress.app.output).toContain('"msg":"lease lost"'), {
    timeoutMs: 40_000,
  });
  await ingress.backbone.nats.restart();
  await eventually(async () => {
    expect((await client.ask(text)).commandStatus).toBe(0);
  });
  expect(client.socket.closed).toBe(false);
}, 90_000);

test('a full lane is ESME_RMSGQFUL, and what was accepted is there', async () => {
  const client = await start({ topology: { ...defaultTopology, maxBatchesPerSubject: 5 } });
  const answers: Pdu[] = [];
  for (let n = 0; n < 12; n += 1) answers.push(await client.ask(text));
  const statuses = new Set(answers.map(({ commandStatus: status }) => status));
  expect([...statuses].sort()).toEqual([0, commandStatus.ESME_RMSGQFUL]);
  expect(await ingress.stored()).toHaveLength(accepted(answers).length);
});

test('whatever a killed process has answered with ESME_ROK is in SUBMIT, once', async () => {
  await start();
  const clients = await Promise.all(Array.from({ length: 4 }, () => boundClient()));
  const sending = clients.map(async (client) => {
    for (let n = 0; n < 100_000 && !client.socket.closed; n += 1) {
      if (client.received.length > 1000) return;
      await client.ask(text).catch(() => undefined);
    }
  });
  await eventually(() => expect(clients[0]?.received.length).toBeGreaterThan(50));
  await ingress.app.kill();
  await Promise.all(sending);
  const told = clients.flatMap(({ received }) => accepted(received));
  expect(told.length).toBeGreaterThan(100);
  const stored = (await ingress.stored()).map(({ id }) => id as string);
  expect(new Set(stored).size).toBe(stored.length);
  expect(told.filter((id) => !stored.includes(id))).toEqual([]);
}, 90_000);

test('on SIGTERM what is in work is answered, clients are unbound, and all ends well', async () => {
  const client = await start();
  const idle = await boundClient();
  const unbound = await ingress.connect();
  await freeze();
  const answer = client.ask(text);
  await client.ask({ command: 'enquire_link' });
  ingress.app.signal('SIGTERM');
  await unbound.closed;
  thaw();
  expect((await answer).commandStatus).toBe(0);
  for (const each of [client, idle]) {
    const { sequenceNumber } = await each.until(({ command }) => command === 'unbind');
    each.send({ command: 'unbind_resp', sequenceNumber });
    await each.closed;
  }
  expect(await ingress.app.ended).toMatchObject({ code: 0 });
  await expect(ingress.connect()).rejects.toThrow('ECONNREFUSED');
}, 90_000);
