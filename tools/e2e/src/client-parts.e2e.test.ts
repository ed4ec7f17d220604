// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/* What SMPP clients send, octet by octet: the parts that they cut themselves, and what we cut for them. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, type SmscMessage } from '@sendium/testkit';
import { startStage, type Stage } from './stage.fixture.ts';
import type { PeerClient } from './smpp-peer.ts';

/** By the second pair of digits of the recipient; each does something else with long texts. */
const connectors = {
  10: 'long_message: udh16',
  20: 'long_message: sar',
  30: 'long_message: payload',
  40: 'tlvs: false',
  50: 'default_alphabet: latin1',
  60: 'default_alphabet: gsm7_packed',
} as const;

const configText = ({ smsc }: { readonly smsc: number }): string => `
version: 1
accounts:
  app: { smpp: { system_id: app, password: secret } }
  latin: { smpp: { system_id: latin, password: secret, default_alphabet: latin1 } }
connectors:
${Object.entries(connectors)
  .map(([digits, setting]) => {
    const link = `host: 127.0.0.1, port: ${smsc}, system_id: sendium, binds: 1, group: all`;
    return `  c${digits}: { ${link}, password: '\${env:SENDIUM_SIM_PASSWORD}', ${setting} }`;
  })
  .join('\n')}
routes:
${Object.keys(connectors)
  .map(
    (digits) =>
      `  - { name: r${digits}, match: { to: { prefix: '44${digits}' } }, send_to: [c${digits}] }`,
  )
  .join('\n')}
`;

let stage: Stage;
let app: PeerClient;
let latin: PeerClient;

beforeAll(async () => {
  stage = await startStage({ configText });
  app = await stage.bind({ system_id: 'app', password: 'secret' });
  latin = await stage.bind({ system_id: 'latin', password: 'secret' });
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose](), 60_000);

/** Submits octets to a recipient; gives the id. */
function submit(client: PeerClient, to: string, octets: string, fields = {}): Promise<string> {
  const short_message = Buffer.from(octets, 'hex');
  return client.accept({ destination_addr: to, short_message, ...fields });
}

let lastRecipient = 0;

/** A recipient of its own, over the connector with these digits. */
function recipient(digits: keyof typeof connectors): string {
  lastRecipient += 1;
  return `44${digits}${String(lastRecipient).padStart(8, '0')}`;
}

const arrived = (to: string, count: number): Promise<readonly SmscMessage[]> =>
  eventually(
    async () => {
      const all = await stage.smsc.messages(1000);
      const own = all.filter(({ destination }) => destination.address === to);
      expect(own).toHaveLength(count);
      return own;
    },
    { timeoutMs: 20_000 },
  );

const tlvsOf = (message: SmscMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (message['tlvs'] as readonly { tag: string; value: string }[]).map(({ tag, value }) => [
      tag,
      value,
    ]),
  );
const wire = (message: SmscMessage) => ({
  octets: message['octets'],
  header: (Number(message['esm_class']) & 0x40) !== 0,
  coding: message.data_coding,
});

const letters = '61'.repeat(153);

test.each([10, 20, 30, 40] as const)(
  'parts with a header pass as they came, each with an id and a receipt of its own (connector %i)',
  async (digits) => {
    const to = recipient(digits);
    const heads = ['0500034d0301', '0500034d0302', '0500034d0303'];
    const ids: string[] = [];
    for (const head of heads) ids.push(await submit(app, to, head + letters, { esm_class: 0x40 }));
    expect(new Set(ids).size).toBe(3);
    const parts = await arrived(to, 3);
    expect(parts.map(wire)).toEqual(
      heads.map((head) => ({ octets: head + letters, header: true, coding: 0 })),
    );
    await eventually(
      () => {
        const told = app.given.map((pdu) => pdu.receipted_message_id);
        expect(told).toEqual(expect.arrayContaining(ids));
      },
      { timeoutMs: 20_000 },
    );
  },
  60_000,
);

test('a 16-bit reference stays, and binary parts stay binary', async () => {
  const to = recipient(10);
  const octets = '0608041234020100ff80';
  await submit(app, to, octets, { esm_class: 0x40, data_coding: 4 });
  expect((await arrived(to, 1)).map(wire)).toEqual([{ octets, header: true, coding: 4 }]);
});

const sar = { sar_msg_ref_num: 0x4d, sar_total_segments: 2, sar_segment_seqnum: 1 };

test('parts with sar_* TLVs keep them; a carrier without TLVs is given a header', async () => {
  for (const digits of [10, 20, 30] as const) {
    const to = recipient(digits);
    await submit(app, to, '61'.repeat(160), sar);
    const [part] = await arrived(to, 1);
    expect(wire(part!)).toEqual({ octets: '61'.repeat(160), header: false, coding: 0 });
    expect(tlvsOf(part!)).toMatchObject({ '0x020c': '004d', '0x020e': '02', '0x020f': '01' });
  }
  const to = recipient(40);
  await submit(app, to, '6162', sar);
  const [part] = await arrived(to, 1);
  expect(wire(part!)).toEqual({ octets: '060804004d02016162', header: true, coding: 0 });
  expect(tlvsOf(part!)).toEqual({});
});

test('a header counts before sar_* TLVs', async () => {
  const to = recipient(10);
  const octets = '0500034d020161';
  await submit(app, to, octets, { ...sar, esm_class: 0x40 });
  const [part] = await arrived(to, 1);
  expect(wire(part!)).toEqual({ octets, header: true, coding: 0 });
  expect(tlvsOf(part!)).toEqual({});
});

test('what is longer than a part is split as the connector says, from short_message or a payload', async () => {
  for (const [octets, fields, count] of [
    ['61'.repeat(200), {}, 2],
    ['', { message_payload: Buffer.alloc(400, 'a') }, 3],
  ] as const) {
    const to = recipient(10);
    await submit(app, to, octets, fields);
    const parts = await arrived(to, count);
    expect(parts.map((part) => part.udh.slice(0, 6))).toEqual(parts.map(() => '060804'));
    expect(parts.map(({ text }) => text).join('')).toBe('a'.repeat(count === 2 ? 200 : 400));
  }
});

test('ports told by TLVs stand in each part', async () => {
  const to = recipient(20);
  const ports = { source_port: 9204, dest_port: 9205 };
  await submit(app, to, '61'.repeat(200), ports);
  const parts = await arrived(to, 2);
  expect(parts.map((part) => part.udh.slice(-12))).toEqual(['050423f523f4', '050423f523f4']);
  expect(parts.map(tlvsOf)).toEqual([{}, {}]);
});

test('data_coding 0 is written anew for a carrier with another alphabet, and only there', async () => {
  const cases = [
    [app, 10, '00411b65', '00411b65', 0],
    [app, 50, '0041', '4041', 0],
    [app, 50, '1b65', '20ac', 8],
    [latin, 10, '40e9', '0005', 0],
    [latin, 50, '40e7', '40e7', 0],
    [latin, 10, '40e7', '004000e7', 8],
  ] as const;
  for (const [client, digits, octets, expected, coding] of cases) {
    const to = recipient(digits);
    await submit(client, to, octets);
    expect((await arrived(to, 1)).map(wire)).toEqual([{ octets: expected, header: false, coding }]);
  }
  const to = recipient(60);
  await submit(app, to, `0500034d0201${'61'.repeat(7)}`, { esm_class: 0x40 });
  const [packed] = await arrived(to, 1);
  expect(packed?.['octets']).toBe('0500034d0201c2e170381c0e03');
});

test('an empty text is sent, and octets that are no text go as they came', async () => {
  for (const [octets, data_coding] of [
    ['', 0],
    ['004100', 8],
    ['1b41', 0],
    ['0102', 0xf5],
    ['6162', 0xc8],
    ['d83d', 8],
  ] as const) {
    const to = recipient(10);
    await submit(app, to, octets, { data_coding });
    expect((await arrived(to, 1)).map(wire)).toEqual([
      { octets, header: false, coding: data_coding },
    ]);
  }
});
