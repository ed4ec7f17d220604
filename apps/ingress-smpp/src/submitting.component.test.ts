// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { messageToWire, type MessageRecord } from '@sendium/contracts';
import type { Message } from '@sendium/message';
import { commandStatus, type PduInput, type PduOf } from '@sendium/smpp-pdu';
import type { RawClient } from './raw-client.fixture.ts';
import { startIngress, type RunningIngress } from './start-ingress.fixture.ts';

let ingress: RunningIngress;
let client: RawClient;
beforeAll(async () => {
  ingress = await startIngress();
  client = await ingress.connect();
  await client.bind();
}, 60_000);
afterAll(async () => {
  await ingress[Symbol.asyncDispose]();
});

type SubmitFields = Partial<Omit<PduInput<'submit_sm'>, 'command'>>;

const submission = (fields: SubmitFields = {}): PduInput<'submit_sm'> => ({
  command: 'submit_sm',
  ...{ sourceAddr: 'ACME', sourceAddrTon: 5 },
  ...{ destinationAddr: '447700900123', destAddrTon: 1, destAddrNpi: 1 },
  ...{ shortMessage: Buffer.from('Hello') },
  ...fields,
});

async function submit(fields: SubmitFields = {}): Promise<Message> {
  const answer = await client.ask(submission(fields));
  expect(answer).toMatchObject({ command: 'submit_sm_resp', commandStatus: 0 });
  return storedAs((answer as PduOf<'submit_sm_resp'>).messageId);
}

async function storedAs(id: string): Promise<Message> {
  const found = (await ingress.stored()).filter(
    (message) => message.id === id || message.clientMessageId === id,
  );
  expect(found).toHaveLength(1);
  return found[0] as Message;
}

test('an independent client binds, submits, and is given the id of what is stored', async () => {
  const smpp = createRequire(import.meta.url)('smpp') as {
    connect(options: object, onConnect: () => void): PeerSession;
  };
  const session = await new Promise<PeerSession>((resolve) => {
    const connected = smpp.connect({ url: `smpp://127.0.0.1:${ingress.port}` }, () =>
      resolve(connected),
    );
  });
  const ask = (command: string, fields: object): Promise<Record<string, unknown>> =>
    new Promise((resolve) => session.send(new smppPdu(command, fields), resolve));
  const { PDU: smppPdu } = smpp as unknown as { PDU: new (c: string, f: object) => unknown };
  const bound = await ask('bind_transceiver', { system_id: 'demo', password: 'secret' });
  expect(bound).toMatchObject({ command_status: 0, system_id: 'sendium' });
  const answer = await ask('submit_sm', {
    ...{ source_addr: 'ACME', destination_addr: '447700900123', short_message: 'Grüße' },
  });
  expect(answer).toMatchObject({ command_status: 0 });
  expect(answer['message_id']).toMatch(/^[0-9a-f]{32}$/);
  const message = await storedAs(String(answer['message_id']));
  expect(message).toMatchObject({ account: 'demo', origin: { ingress: 'smpp' } });
  expect(await ask('unbind', {})).toMatchObject({ command_status: 0 });
});

interface PeerSession {
  send(pdu: unknown, onAnswer: (pdu: Record<string, unknown>) => void): void;
}

test('what the client asks of the carrier travels with the message', async () => {
  const message = await submit({
    ...{ serviceType: 'CMT', protocolId: 0x41, priorityFlag: 1, registeredDelivery: 0x11 },
    ...{ destinationAddr: '+447700900123', destAddrTon: 0 },
    tlvs: {
      userMessageReference: 7,
      other: [{ tag: 0x1401, value: Buffer.from('v') }],
      congestionState: 3,
    },
  });
  expect(message).toMatchObject({
    ...{ lane: 'normal', deliveryReport: 'all', registeredDelivery: 0x11 },
    from: { ton: 5, npi: 0, value: 'ACME' },
    to: { ton: 1, npi: 1, value: '447700900123' },
    body: { kind: 'text', text: 'Hello', encoding: 'auto', flash: false },
    smpp: {
      ...{ serviceType: 'CMT', protocolId: 0x41, priorityFlag: 1, dataCoding: 0 },
      destination: { ton: 0, npi: 1, value: '+447700900123' },
    },
  });
  expect(message.smpp?.tlvs.map(({ tag }) => tag)).toEqual([0x0204, 0x1401]);
});

test.each([
  [0, 'normal'],
  [1, 'normal'],
  [2, 'priority'],
  [3, 'priority'],
] as const)('priority_flag %i goes by the lane %s', async (priorityFlag, lane) => {
  expect(await submit({ priorityFlag })).toMatchObject({ lane });
});

test.each([
  ['default alphabet', 0, 'Price: €5', Buffer.from('50726963653a201b6535', 'hex'), 'gsm7', 'auto'],
  ['Latin-1', 3, 'Grüße', Buffer.from('Grüße', 'latin1'), 'latin1', 'latin1'],
  ['UCS-2', 8, 'Žluť', Buffer.from('Žluť', 'utf16le').swap16(), 'ucs2', 'ucs2'],
] as const)(
  'text in the %s is read',
  async (_, dataCoding, text, shortMessage, encoding, asked) => {
    const message = await submit({ dataCoding, shortMessage });
    const body = { kind: 'text', text, encoding: asked };
    expect(message).toMatchObject({ encoding, segments: 1, body });
  },
);

test.each([
  ['octets above GSM-7', 0, Buffer.from([0x41, 0x80, 0xff])],
  ['an unknown escape pair', 0, Buffer.from([0x1b, 0x41])],
  ['odd octets in UCS-2', 8, Buffer.from([0, 0x41, 0])],
  ['half a surrogate pair', 8, Buffer.from([0xd8, 0x3d])],
  ['binary', 4, Buffer.from([1, 2, 3])],
  ['a message class', 0x11, Buffer.from('A')],
  ['a waiting indication', 0xc8, Buffer.from('A')],
  ['ISO-2022-JP', 10, Buffer.from([0x1b, 0x24, 0x42])],
] as const)('%s is carried as it came', async (_, dataCoding, shortMessage) => {
  const { body } = await submit({ dataCoding, shortMessage });
  expect(body).toMatchObject({ kind: 'binary', dataCoding });
  expect(body.kind === 'binary' && Buffer.from(body.data)).toEqual(shortMessage);
});

test.each([0x10, 0xf0])('flash text (data_coding %i) stays flash', async (dataCoding) => {
  expect(await submit({ dataCoding })).toMatchObject({ body: { kind: 'text', flash: true } });
});

test('an empty text is sent', async () => {
  expect(await submit({ shortMessage: Buffer.alloc(0) })).toMatchObject({ segments: 1 });
});

test('a part with its header passes as it is, up to 153 septets', async () => {
  const udh = Buffer.from([5, 0, 3, 9, 2, 1]);
  const shortMessage = Buffer.concat([udh, Buffer.alloc(153, 'a')]);
  const { body, segments } = await submit({ esmClass: 0x40, shortMessage });
  if (body.kind !== 'binary') throw new Error(body.kind);
  expect([Buffer.from(body.udh), body.data.length, segments]).toEqual([udh, 153, 1]);
});

test('a long text, in short_message or in message_payload, is one message of several parts', async () => {
  expect(await submit({ shortMessage: Buffer.alloc(200, 'a') })).toMatchObject({ segments: 2 });
  const messagePayload = Buffer.alloc(1000, 'a');
  const long = await submit({ shortMessage: Buffer.alloc(0), tlvs: { messagePayload } });
  expect(long).toMatchObject({ segments: 7, body: { kind: 'text', text: 'a'.repeat(1000) } });
  expect(long.smpp?.tlvs).toEqual([]);
});

test('SAR parts are handed on with their TLVs, but not beside a header', async () => {
  const tlvs = { sarMsgRefNum: 5, sarTotalSegments: 2, sarSegmentSeqnum: 1 };
  const tags = async (fields: SubmitFields): Promise<unknown> =>
    (await submit({ tlvs, ...fields })).smpp?.tlvs.map(({ tag }) => tag);
  expect(await tags({})).toEqual([0x020c, 0x020e, 0x020f]);
  const shortMessage = Buffer.from([5, 0, 3, 9, 2, 1, 0x41]);
  expect(await tags({ esmClass: 0x40, shortMessage })).toEqual([]);
  expect(await tags({ tlvs: { sarMsgRefNum: 5 } })).toEqual([]);
});

test('parts of an account that has them joined are marked so; whole messages are not', async () => {
  const joined = await ingress.connect();
  await joined.bind({ systemId: 'joined' });
  const joinOf = async (fields: SubmitFields): Promise<unknown> => {
    const answer = await joined.ask(submission(fields));
    return (await storedAs((answer as PduOf<'submit_sm_resp'>).messageId)).smpp?.join;
  };
  const sar = { sarMsgRefNum: 5, sarTotalSegments: 2, sarSegmentSeqnum: 1 };
  const part = (total: number) => Buffer.from([5, 0, 3, 9, total, 1, 0x41]);
  expect(await joinOf({ tlvs: sar })).toBe(true);
  expect(await joinOf({ esmClass: 0x40, shortMessage: part(2) })).toBe(true);
  expect(await joinOf({ esmClass: 0x40, shortMessage: part(1) })).toBeUndefined();
  expect(await joinOf({})).toBeUndefined();
  expect((await submit({ tlvs: sar })).smpp?.join).toBeUndefined();
});

test('ports told by TLVs are counted as the header of each part that they become', async () => {
  const tlvs = { sourcePort: 9204, destinationPort: 9205 };
  expect(await submit({ tlvs, shortMessage: Buffer.alloc(152, 'a') })).toMatchObject({
    segments: 1,
  });
  const two = await submit({ tlvs, shortMessage: Buffer.alloc(153, 'a') });
  expect(two).toMatchObject({ segments: 2, body: { kind: 'text' } });
  expect(two.smpp?.tlvs.map(({ tag }) => tag)).toEqual([0x020a, 0x020b]);
});

test('a time to send at and a validity period are read, absolute and relative', async () => {
  const message = await submit({
    scheduleDeliveryTime: '000000010000000R',
    validityPeriod: '000000020000000R',
  });
  const hour = 3_600_000;
  expect((message.sendAtMs ?? 0) - message.acceptedAtMs).toBe(hour);
  expect(message.expiresAtMs - message.acceptedAtMs).toBe(2 * hour);
  const at = new Date(Date.now() + 24 * hour).toISOString().replace(/\D/g, '').slice(2, 14);
  const absolute = await submit({ validityPeriod: `${at}008+` });
  const inMs = absolute.expiresAtMs - absolute.acceptedAtMs;
  expect(Math.abs(inMs - 22 * hour)).toBeLessThan(60_000);
  const long = await submit({ validityPeriod: '010000000000000R' });
  expect(long.expiresAtMs - long.acceptedAtMs).toBe(7 * 24 * hour);
});

const yesterday = '200101000000000+';
const payload = { messagePayload: Buffer.from('x') };

test.each<[string, SubmitFields, keyof typeof commandStatus]>([
  ['both texts', { tlvs: payload }, 'ESME_RINVMSGLEN'],
  [
    'a header longer than the text',
    { esmClass: 0x40, shortMessage: Buffer.from([9, 0]) },
    'ESME_RINVMSGLEN',
  ],
  ['a header without text', { esmClass: 0x40, shortMessage: Buffer.alloc(0) }, 'ESME_RINVMSGLEN'],
  [
    'a header with too much text',
    {
      esmClass: 0x40,
      shortMessage: Buffer.concat([Buffer.from([5, 0, 3, 1, 1, 1]), Buffer.alloc(154)]),
    },
    'ESME_RINVMSGLEN',
  ],
  [
    'too many parts',
    { shortMessage: Buffer.alloc(0), tlvs: { messagePayload: Buffer.alloc(2000, 'a') } },
    'ESME_RINVMSGLEN',
  ],
  ['a recipient that is no number', { destinationAddr: 'abc' }, 'ESME_RINVDSTADR'],
  ['no recipient', { destinationAddr: '' }, 'ESME_RINVDSTADR'],
  ['a recipient of type 7', { destAddrTon: 7 }, 'ESME_RINVDSTTON'],
  ['a recipient of plan 2', { destAddrNpi: 2 }, 'ESME_RINVDSTNPI'],
  ['a sender that is none', { sourceAddr: 'far too long a name' }, 'ESME_RINVSRCADR'],
  ['a sender of type 7', { sourceAddrTon: 7 }, 'ESME_RINVSRCTON'],
  ['a sender of plan 2', { sourceAddrNpi: 2 }, 'ESME_RINVSRCNPI'],
  ['transaction mode', { esmClass: 2 }, 'ESME_RINVESMCLASS'],
  ['a receipt', { esmClass: 4 }, 'ESME_RINVESMCLASS'],
  ['priority 4', { priorityFlag: 4 }, 'ESME_RINVPRTFLG'],
  ['a flag to replace of 2', { replaceIfPresentFlag: 2 }, 'ESME_RINVREPFLAG'],
  ['a predefined message', { smDefaultMsgId: 1 }, 'ESME_RINVDFTMSGID'],
  ['a time that is none', { scheduleDeliveryTime: 'tomorrow' }, 'ESME_RINVSCHED'],
  ['a time that is past', { scheduleDeliveryTime: yesterday }, 'ESME_RINVSCHED'],
  ['a time beyond thirty days', { scheduleDeliveryTime: '000200000000000R' }, 'ESME_RINVSCHED'],
  ['a validity that is none', { validityPeriod: 'long' }, 'ESME_RINVEXPIRY'],
  ['a validity that is over', { validityPeriod: yesterday }, 'ESME_RINVEXPIRY'],
  [
    'a validity that ends before the time',
    { scheduleDeliveryTime: '000000020000000R', validityPeriod: '000000010000000R' },
    'ESME_RINVEXPIRY',
  ],
])('%s is refused, and nothing is stored', async (_, fields, status) => {
  const before = (await ingress.stored()).length;
  const answer = await client.ask(submission(fields));
  expect(answer).toMatchObject({ command: 'submit_sm_resp', messageId: '' });
  expect(answer.commandStatus).toBe(commandStatus[status]);
  expect((await ingress.stored()).length).toBe(before);
});

test('data_sm is taken like submit_sm, and needs its payload', async () => {
  const data = {
    command: 'data_sm',
    ...{ sourceAddr: 'ACME', sourceAddrTon: 5 },
    ...{ destinationAddr: '447700900123', destAddrTon: 1, registeredDelivery: 1 },
  } as const;
  const tlvs = { messagePayload: Buffer.from('Hello'), qosTimeToLive: 600 };
  const answer = await client.ask({ ...data, tlvs });
  expect(answer).toMatchObject({ command: 'data_sm_resp', commandStatus: 0 });
  const message = await storedAs((answer as PduOf<'data_sm_resp'>).messageId);
  expect(message).toMatchObject({ body: { text: 'Hello' }, deliveryReport: 'final' });
  expect(message.expiresAtMs - message.acceptedAtMs).toBe(600_000);
  expect((await client.ask(data)).commandStatus).toBe(commandStatus.ESME_RMISSINGTLV);
});

test('submit_multi has one id, a message for each destination, and tells the wrong ones', async () => {
  const to = (destinationAddr: string) =>
    ({ kind: 'address', destAddrTon: 1, destAddrNpi: 1, destinationAddr }) as const;
  const multi = {
    command: 'submit_multi',
    ...{ sourceAddr: 'ACME', sourceAddrTon: 5 },
    shortMessage: Buffer.from('All'),
  } as const;
  const destinations = [to('447700900001'), to('nobody'), to('447700900002')];
  const answer = await client.ask({ ...multi, destinations });
  if (answer.command !== 'submit_multi_resp') throw new Error(answer.command);
  expect(answer.commandStatus).toBe(0);
  expect(answer.unsuccessful).toEqual([
    {
      ...{ destAddrTon: 1, destAddrNpi: 1, destinationAddr: 'nobody' },
      errorStatusCode: commandStatus.ESME_RINVDSTADR,
    },
  ]);
  const stored = (await ingress.stored()).filter(
    ({ clientMessageId }) => clientMessageId === answer.messageId,
  );
  expect(stored.map(({ to: { value } }) => value)).toEqual(['447700900001', '447700900002']);
  expect(new Set(stored.map(({ id }) => id)).size).toBe(2);
  const statusOf = async (pdu: PduInput): Promise<number> => (await client.ask(pdu)).commandStatus;
  expect(await statusOf({ ...multi, destinations: [] })).toBe(commandStatus.ESME_RINVNUMDESTS);
  const list = { kind: 'list', dlName: 'friends' } as const;
  expect(await statusOf({ ...multi, destinations: [list] })).toBe(commandStatus.ESME_RINVDLNAME);
  expect(await statusOf({ ...multi, destinations: [to('x')] })).toBe(commandStatus.ESME_RINVDSTADR);
});

const recordOf = (status: string, source: string, final = false): MessageRecord => ({
  message: messageToWire(sampleMessage({ from: { ton: 5, npi: 0, value: source } })),
  ...{ status, final, segments: 1, segmentsDelivered: 0, encoding: 2, error: undefined },
  sentAt: undefined,
  completedAt: final ? new Date('2026-11-22T08:00:00Z') : undefined,
});

test('query_sm tells the least advanced state, and only to the sender', async () => {
  ingress.records.set('demo abc', [
    recordOf('delivered', 'ACME', true),
    recordOf('sent', 'ACME'),
    recordOf('queued', 'OTHER'),
  ]);
  ingress.records.set('demo done', [recordOf('delivered', 'ACME', true)]);
  ingress.records.set('slow other', [recordOf('sent', 'ACME')]);
  const query = (messageId: string, sourceAddr = 'ACME') =>
    client.ask({ command: 'query_sm', messageId, sourceAddr });
  expect(await query('abc')).toMatchObject({ messageId: 'abc', messageState: 1, finalDate: '' });
  expect(await query('done')).toMatchObject({ messageState: 2, finalDate: '261122080000000+' });
  for (const refused of [query('done', 'OTHER'), query('other'), query('none'), query('')]) {
    expect((await refused).commandStatus).toBe(commandStatus.ESME_RINVMSGID);
  }
});

test('cancel_sm, replace_sm and what is not served are refused as the specification says', async () => {
  const statusOf = async (pdu: PduInput): Promise<[string, number]> => {
    const { command, commandStatus: status } = await client.ask(pdu);
    return [command, status];
  };
  expect(await statusOf({ command: 'cancel_sm', messageId: 'x' })).toEqual([
    'cancel_sm_resp',
    0x11,
  ]);
  expect(await statusOf({ command: 'replace_sm', messageId: 'x' })).toEqual([
    'replace_sm_resp',
    0x13,
  ]);
  for (const command of ['broadcast_sm', 'query_broadcast_sm', 'deliver_sm'] as const) {
    expect(await statusOf({ command })).toEqual(['generic_nack', commandStatus.ESME_RINVCMDID]);
  }
  client.send({ command: 'outbind', systemId: 'x' });
  expect(await statusOf({ command: 'enquire_link' })).toEqual(['enquire_link_resp', 0]);
});

test('a client of 3.3 gets ids of eight characters, unique, and no TLV', async () => {
  const old = await ingress.connect();
  const bound = await old.bind({ interfaceVersion: 0x33 });
  expect(bound).toMatchObject({ commandStatus: 0, tlvs: {} });
  const ids = new Set<string>();
  for (let n = 0; n < 20; n += 1) {
    const answer = (await old.ask(submission())) as PduOf<'submit_sm_resp'>;
    expect(answer.messageId).toMatch(/^[0-9a-f]{8}$/);
    ids.add(answer.messageId);
    expect((await storedAs(answer.messageId)).id).toHaveLength(32);
  }
  expect(ids.size).toBe(20);
});

test('a client of 5.0 is told how near the gateway is to refusing', async () => {
  const modern = await ingress.connect();
  await modern.bind({ interfaceVersion: 0x50 });
  expect(await modern.ask(submission())).toMatchObject({ tlvs: { congestionState: 0 } });
});

test('an account is held to its senders, its rate and its form of ids', async () => {
  const slow = await ingress.connect();
  await slow.bind({ systemId: 'slow' });
  expect((await slow.ask(submission({ sourceAddr: 'EVIL' }))).commandStatus).toBe(
    commandStatus.ESME_RINVSRCADR,
  );
  const answers = await Promise.all(Array.from({ length: 6 }, () => slow.ask(submission())));
  const taken = answers.filter(({ commandStatus: status }) => status === 0);
  expect(taken.length).toBeGreaterThanOrEqual(2);
  expect(taken.length).toBeLessThan(6);
  for (const answer of answers) {
    expect(answer.command).toBe('submit_sm_resp');
    if (answer.commandStatus === 0) {
      expect((answer as PduOf<'submit_sm_resp'>).messageId).toMatch(/^\d{10}$/);
    } else expect(answer.commandStatus).toBe(commandStatus.ESME_RTHROTTLED);
  }
});
