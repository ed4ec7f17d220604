// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { commandStatus, encodePdu, type PduInput, type RequestName } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import { RawClient } from './raw-client.fixture.ts';
import { documentWith, startIngress, type RunningIngress } from './start-ingress.fixture.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress({ env: { SENDIUM_SMPP_SESSION_INIT: '4s' } });
}, 60_000);
afterAll(async () => {
  await ingress[Symbol.asyncDispose]();
});

const { ESME_RBINDFAIL, ESME_RALYBND, ESME_RINVBNDSTS, ESME_ROK } = commandStatus;
const text: PduInput<'submit_sm'> = {
  ...{ command: 'submit_sm', destinationAddr: '447700900123', destAddrTon: 1 },
  shortMessage: Buffer.from('Hello'),
};

/** The answer to a bind, and how many octets it has. */
async function tryToBind(fields: object, from = '127.0.0.1', mode: Mode = 'transceiver') {
  const client = await ingress.connect(from);
  const { command, commandStatus: status } = await client.bind(fields, mode);
  return { client, command, status, octets: client.socket.bytesRead };
}
/** An address that has not failed yet. */
let addresses = 0;
const strangers = (): string => `127.0.3.${(addresses += 1)}`;

type Mode = 'transmitter' | 'receiver' | 'transceiver';

test.each<[string, object, string, Mode]>([
  ['a wrong password', { password: 'Secret' }, '127.0.0.1', 'transceiver'],
  ['no password', { password: '' }, '127.0.0.1', 'transmitter'],
  ['an unknown system_id', { systemId: 'nobody' }, '127.0.0.1', 'transceiver'],
  ['the name of an account instead', { systemId: 'Demo' }, '127.0.0.1', 'receiver'],
  ['a network that is not allowed', { systemId: 'narrow' }, '127.0.0.1', 'transceiver'],
  ['a type of bind that is not allowed', { systemId: 'narrow' }, '127.0.0.2', 'receiver'],
])('%s is answered with ESME_RBINDFAIL and nothing else', async (_, fields, from, mode) => {
  const { command, status, octets } = await tryToBind(fields, from, mode);
  expect([command, status, octets]).toEqual([`bind_${mode}_resp`, ESME_RBINDFAIL, 16]);
});

test.each<Mode>(['transmitter', 'receiver', 'transceiver'])(
  'a client binds as %s',
  async (mode) => {
    const { client, status } = await tryToBind({}, '127.0.0.1', mode);
    expect(status).toBe(ESME_ROK);
    expect(client.received[0]).toMatchObject({
      systemId: 'sendium',
      tlvs: { scInterfaceVersion: 0x50 },
    });
  },
);

test.each([
  ['system_id', 'a'.repeat(16), 'secret', commandStatus.ESME_RINVSYSID],
  ['password', 'demo', 'b'.repeat(9), commandStatus.ESME_RINVPASWD],
])('a %s that is too long is told apart', async (_, systemId, password, status) => {
  const client = await ingress.connect();
  const fields = `${systemId}\0${password}\0\0`;
  const body = Buffer.concat([Buffer.from(fields), Buffer.from([0x34, 0, 0, 0])]);
  const header = Buffer.from('00000000000000090000000000000001', 'hex');
  header.writeUInt32BE(16 + body.length, 0);
  client.socket.write(Buffer.concat([header, body]));
  expect(await client.next('bind_transceiver_resp')).toMatchObject({ commandStatus: status });
});

test('the third failure ends the connection', async () => {
  const client = await ingress.connect('127.0.0.9');
  for (let n = 0; n < 3; n += 1) {
    expect((await client.bind({ password: 'wrong' })).commandStatus).toBe(ESME_RBINDFAIL);
  }
  await client.closed;
});

test('after twenty failures an address is closed to new connections, its accounts are not', async () => {
  await Promise.all(
    Array.from({ length: 7 }, async () => {
      const client = await ingress.connect('127.0.0.7');
      for (let n = 0; n < 3; n += 1) await client.bind({ password: 'wrong' });
      await client.closed;
    }),
  );
  const late = await ingress.connect('127.0.0.7');
  await expect(late.bind()).rejects.toThrow('closed');
  expect((await tryToBind({})).status).toBe(ESME_ROK);
});

const everything: readonly RequestName[] = [
  ...(['submit_sm', 'data_sm', 'submit_multi', 'query_sm'] as const),
  ...(['cancel_sm', 'replace_sm'] as const),
];

test('before its bind a client is answered, and gets nothing', async () => {
  const client = await ingress.connect();
  for (const command of [...everything, 'unbind'] as const) {
    const answer = await client.ask({ command });
    expect([answer.command, answer.commandStatus]).toEqual([`${command}_resp`, ESME_RINVBNDSTS]);
  }
  expect(await client.ask({ command: 'enquire_link' })).toMatchObject({ commandStatus: 0 });
});

test('a receiver submits and asks nothing; a bound client does not bind again', async () => {
  const { client } = await tryToBind({}, '127.0.0.1', 'receiver');
  for (const command of everything.filter((each) => each !== 'data_sm')) {
    const answer = await client.ask({ command });
    expect([answer.command, answer.commandStatus]).toEqual([`${command}_resp`, ESME_RINVBNDSTS]);
  }
  expect((await client.bind()).commandStatus).toBe(ESME_RALYBND);
  expect((await client.ask({ command: 'unbind' })).commandStatus).toBe(ESME_ROK);
  await client.closed;
});

test('who connects and does not bind is closed, however slowly it speaks', async () => {
  const silent = await ingress.connect('127.0.0.10');
  const slow = await ingress.connect('127.0.0.10');
  const bind = encodePdu({ command: 'bind_transceiver', systemId: 'demo', password: 'secret' });
  const dripping = setInterval(() => slow.socket.write(bind.subarray(0, 1)), 200);
  await Promise.all([silent.closed, slow.closed]);
  clearInterval(dripping);
});

test.each([
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  ['a length of zero', Buffer.alloc(64)],
  ['a bind of a megabyte', Buffer.from('00100000000000090000000000000001', 'hex')],
])('%s is told so, and ends only its own connection', async (_, octets) => {
  const other = await ingress.connect();
  await other.bind();
  const client = await ingress.connect('127.0.0.11');
  client.socket.write(octets);
  await client.closed;
  expect(client.received).toMatchObject([
    { command: 'generic_nack', commandStatus: commandStatus.ESME_RINVCMDLEN, sequenceNumber: 0 },
  ]);
  expect((await other.ask(text)).commandStatus).toBe(ESME_ROK);
});

test('idle connections by the thousand keep nobody out', async () => {
  const idle: RawClient[] = [];
  for (let n = 0; n < 1500; n += 1) {
    idle.push(await RawClient.connect(ingress.port, `127.0.1.${1 + (n % 30)}`));
  }
  const { client, status } = await tryToBind({});
  expect(status).toBe(ESME_ROK);
  expect((await client.ask(text)).commandStatus).toBe(ESME_ROK);
  for (const { socket } of idle) socket.destroy();
  await Promise.all(idle.map(({ closed }) => closed));
}, 60_000);

test('an account has no more binds than it may, over all processes', async () => {
  const second = await ingress.another();
  const narrow = async (port: number) => {
    const client = await RawClient.connect(port, '127.0.0.2');
    const { commandStatus: status } = await client.bind({ systemId: 'narrow' }, 'transmitter');
    return { client, status };
  };
  const first = await narrow(ingress.port);
  const other = await narrow(second.port);
  expect([first.status, other.status]).toEqual([ESME_ROK, ESME_ROK]);
  expect((await narrow(ingress.port)).status).toBe(ESME_RALYBND);
  expect((await narrow(second.port)).status).toBe(ESME_RALYBND);
  await first.client.ask({ command: 'unbind' });
  await first.client.closed;
  await eventually(async () => {
    expect((await narrow(second.port)).status).toBe(ESME_ROK);
  });
  // What a killed process held is free once its leases have ended.
  await second.app.kill();
  await eventually(
    async () => {
      expect((await narrow(ingress.port)).status).toBe(ESME_ROK);
    },
    { timeoutMs: 50_000 },
  );
}, 90_000);

test('an account that leaves the configuration is unbound, and comes back with it', async () => {
  const { client } = await tryToBind({});
  const withoutDemo = documentWith().replaceAll('demo', 'omed');
  await ingress.backbone.configure(withoutDemo);
  expect(await client.next('bind_transceiver_resp')).toBeDefined();
  expect(await client.next('unbind')).toBeDefined();
  expect((await tryToBind({}, strangers())).status).toBe(ESME_RBINDFAIL);
  expect((await tryToBind({ systemId: 'omed' })).status).toBe(ESME_ROK);
  await ingress.backbone.configure(documentWith().replaceAll('secret', 'changed'));
  await eventually(async () => {
    expect((await tryToBind({ password: 'changed' }, strangers())).status).toBe(ESME_ROK);
  });
  expect((await tryToBind({}, strangers())).status).toBe(ESME_RBINDFAIL);
  await ingress.backbone.configure(documentWith());
  await eventually(async () => {
    expect((await tryToBind({}, strangers())).status).toBe(ESME_ROK);
  });
});

test('neither passwords nor numbers nor texts are in the log', () => {
  for (const secret of ['secret', 'Secret', 'wrong', '447700900123', 'Hello']) {
    expect(ingress.app.output).not.toContain(secret);
  }
  expect(ingress.app.output).toContain('"msg":"bind refused"');
});
