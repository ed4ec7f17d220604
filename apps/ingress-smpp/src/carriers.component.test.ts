// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import {
  decodeEventBatch,
  decodeInboundBatch,
  streams,
  subjects,
  type InboundMessage,
} from '@sendium/contracts';
import { commandStatus, type Pdu, type PduInput } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import { RawClient } from './raw-client.fixture.ts';
import { startIngress, type RunningIngress } from './start-ingress.fixture.ts';

const documentOf = (carriers: string): string => `
version: 1
accounts:
  demo: { smpp: { system_id: demo, password: secret } }
carriers:
${carriers}
`;
const west = '  west: { system_id: west, password: west-pw, binds: 20, group: west-group }';
const east = '  east: { system_id: east, password: east-pw, binds: 2, networks: [127.0.0.2/32] }';
const north =
  '  north: { system_id: north, password: north-pw, binds: 9, receipt_detection: content }';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress({ document: documentOf([west, east, north].join('\n')) });
}, 60_000);
afterAll(async () => {
  await ingress[Symbol.asyncDispose]();
});

type Mode = 'transmitter' | 'receiver' | 'transceiver';

async function bind(name: string, mode: Mode = 'transceiver', from?: string): Promise<RawClient> {
  const carrier = await ingress.connect(from);
  const { commandStatus: status } = await carrier.bind(
    { systemId: name, password: `${name}-pw` },
    mode,
  );
  expect(status).toBe(commandStatus.ESME_ROK);
  return carrier;
}

let count = 0;
/** An SMS that no other test has; its text is the last part. */
const sms = (over: Partial<PduInput<'deliver_sm'>> = {}): PduInput<'deliver_sm'> => ({
  command: 'deliver_sm',
  ...{ sourceAddrTon: 1, sourceAddrNpi: 1, sourceAddr: '447700900999' },
  ...{ destAddrTon: 0, destAddrNpi: 1, destinationAddr: '12345' },
  shortMessage: Buffer.from(`hello ${(count += 1)}`),
  ...over,
});

const inbound = (name: string): Promise<readonly InboundMessage[]> =>
  readStored(ingress.backbone.bus, streams.inbound, subjects.inbound(name), decodeInboundBatch);
const withText = async (
  name: string,
  { shortMessage = Buffer.alloc(0) }: { shortMessage?: Buffer },
) => (await inbound(name)).filter(({ octets }) => shortMessage.equals(octets));
const receipts = (group: string) =>
  readStored(
    ingress.backbone.bus,
    streams.events,
    subjects.event(group, 'receipt'),
    (octets) => decodeEventBatch(octets).events,
  );
const statusOf = ({ command, commandStatus: status }: Pdu): readonly [string, number] => [
  command,
  status,
];

test.each<Mode>(['transmitter', 'receiver', 'transceiver'])(
  'a carrier binds as %s and gives SMS, answered once they are stored',
  async (mode) => {
    const carrier = await bind('west', mode);
    const given = sms({ esmClass: 0x40, dataCoding: 4, protocolId: 7 });
    expect(statusOf(await carrier.ask(given))).toEqual(['deliver_sm_resp', 0]);
    expect(await withText('west', given)).toMatchObject([
      {
        connector: 'west',
        from: { ton: 1, npi: 1, value: '447700900999' },
        to: { ton: 0, npi: 1, value: '12345' },
        ...{ esmClass: 0x40, dataCoding: 4, protocolId: 7 },
      },
    ]);
  },
);

test('a carrier that submits is understood as well, and given an id', async () => {
  const carrier = await bind('west');
  const given = { ...sms(), command: 'submit_sm' as const };
  const answer = await carrier.ask(given);
  const [stored] = await withText('west', given);
  expect(answer).toMatchObject({
    command: 'submit_sm_resp',
    commandStatus: 0,
    messageId: stored?.id,
  });
  const { shortMessage: messagePayload, ...fields } = sms();
  const data = { ...fields, command: 'data_sm' as const, tlvs: { messagePayload } } as PduInput;
  expect(await carrier.ask(data)).toMatchObject({ command: 'data_sm_resp', commandStatus: 0 });
  expect(await withText('west', { shortMessage: messagePayload as Buffer })).toHaveLength(1);
});

test('its receipts are events of its group, by deliver_sm and by submit_sm', async () => {
  const carrier = await bind('west');
  const shortMessage = Buffer.from('id:77 done date:2601020304 stat:DELIVRD');
  await carrier.ask(sms({ esmClass: 4, shortMessage }));
  await carrier.ask({ ...sms({ esmClass: 4, shortMessage }), command: 'submit_sm' });
  expect(await receipts('west-group')).toMatchObject(
    [1, 2].map(() => ({
      ...{ kind: 'receipt', connector: 'west', carrierMessageIds: ['77'], state: 'delivered' },
      recipient: '447700900999',
    })),
  );
});

test('a carrier that sets esm_class wrongly is read by the content', async () => {
  const carrier = await bind('north');
  const given = sms({ esmClass: 4 });
  await carrier.ask(given);
  expect(await withText('north', given)).toHaveLength(1);
});

test.each([
  ['a wrong password', { systemId: 'west', password: 'nobody' }, '127.0.0.1'],
  ['the password of another', { systemId: 'west', password: 'secret' }, '127.0.0.1'],
  ['another network', { systemId: 'east', password: 'east-pw' }, '127.0.0.1'],
])('%s is answered with ESME_RBINDFAIL', async (_, fields, from) => {
  const stranger = await ingress.connect(from);
  const { commandStatus: status } = await stranger.bind(fields);
  expect(status).toBe(commandStatus.ESME_RBINDFAIL);
});

test('a carrier has no more binds than agreed, over all processes', async () => {
  const second = await ingress.another();
  const [one, two] = [
    await bind('east', 'transceiver', '127.0.0.2'),
    await RawClient.connect(second.port, '127.0.0.2'),
  ];
  const credentials = { systemId: 'east', password: 'east-pw' };
  expect((await two.bind(credentials)).commandStatus).toBe(0);
  const third = await ingress.connect('127.0.0.2');
  expect((await third.bind(credentials)).commandStatus).toBe(commandStatus.ESME_RALYBND);
  await one.ask({ command: 'unbind' });
  await eventually(async () => {
    expect((await third.bind(credentials)).commandStatus).toBe(0);
  });
  two.socket.destroy();
});

test('it is no client: what clients ask for is refused, and so is deliver_sm from clients', async () => {
  const carrier = await bind('west');
  for (const command of ['query_sm', 'submit_multi', 'cancel_sm', 'replace_sm'] as const) {
    expect(statusOf(await carrier.ask({ command }))).toEqual([
      'generic_nack',
      commandStatus.ESME_RINVCMDID,
    ]);
  }
  expect(statusOf(await carrier.ask({ command: 'enquire_link' }))).toEqual([
    'enquire_link_resp',
    0,
  ]);
  const client = await ingress.connect();
  await client.bind();
  const before = (await inbound('west')).length;
  expect(statusOf(await client.ask(sms()))).toEqual(['generic_nack', commandStatus.ESME_RINVCMDID]);
  expect(await inbound('west')).toHaveLength(before);
});

async function bindsOf(name: string): Promise<number> {
  const metrics = await (await fetch(`${ingress.app.probeUrl}/metrics`)).text();
  const gauge = `sendium_smpp_binds{role="server",connector="${name}",state="bound"} `;
  return Number(metrics.split(gauge)[1]?.split('\n')[0]);
}

test('the same words twice over one bind are two; after it was lost they may be one', async () => {
  const first = await bind('west');
  const other = await bind('west');
  const given = sms();
  await first.ask(given);
  await first.ask(given);
  const before = await bindsOf('west');
  first.socket.destroy();
  await eventually(async () => expect(await bindsOf('west')).toBe(before - 1));
  await other.ask(given);
  await other.ask(given);
  const flags = (await withText('west', given)).map(({ mayBeResent }) => mayBeResent);
  // The first, because nobody knows what came before the binds; two answers may have been lost.
  expect(flags).toEqual([true, false, true, true]);
});

interface PeerSession {
  on(event: string, listener: () => void): void;
  bind_transmitter(fields: object, onAnswer: (pdu: { command_status: number }) => void): void;
  deliver_sm(fields: object, onAnswer: (pdu: { command_status: number }) => void): void;
  destroy(): void;
}
const peer = createRequire(import.meta.url)('smpp') as { connect(options: object): PeerSession };

test('a carrier of another make binds and delivers', async () => {
  const session = peer.connect({ host: '127.0.0.1', port: ingress.port });
  session.on('error', () => undefined);
  const bound = await new Promise<{ command_status: number }>((resolve) =>
    session.bind_transmitter({ system_id: 'west', password: 'west-pw' }, resolve),
  );
  expect(bound.command_status).toBe(0);
  const text = 'Ein Gruß';
  const fields = { source_addr: '447700900999', destination_addr: '12345', short_message: text };
  const answer = await new Promise<{ command_status: number }>((resolve) =>
    session.deliver_sm({ ...fields, data_coding: 8 }, resolve),
  );
  session.destroy();
  expect(answer.command_status).toBe(0);
  const shortMessage = Buffer.from(text, 'utf16le').swap16();
  expect(await withText('west', { shortMessage })).toMatchObject([{ dataCoding: 8 }]);
});

test('a carrier that leaves the configuration is unbound', async () => {
  const carrier = await bind('north');
  const stays = await bind('west');
  await ingress.backbone.configure(documentOf([west, east].join('\n')));
  await carrier.until(({ command }) => command === 'unbind');
  expect(statusOf(await stays.ask({ command: 'enquire_link' }))).toEqual(['enquire_link_resp', 0]);
});

test('while NATS is away nothing is answered as taken, and what was put off is taken later', async () => {
  const carrier = await bind('west');
  await ingress.backbone.nats.kill();
  const [delivered, submitted] = await Promise.all([
    carrier.ask(sms()),
    carrier.ask({ ...sms(), command: 'submit_sm' }),
  ]);
  expect(statusOf(delivered)).toEqual(['deliver_sm_resp', commandStatus.ESME_RX_T_APPN]);
  expect(statusOf(submitted)).toEqual(['submit_sm_resp', commandStatus.ESME_RSYSERR]);
  await ingress.backbone.nats.restart();
  const given = sms();
  await eventually(async () => {
    expect(statusOf(await carrier.ask(given))).toEqual(['deliver_sm_resp', 0]);
  });
  expect((await withText('west', given)).length).toBeGreaterThanOrEqual(1);
}, 40_000);
