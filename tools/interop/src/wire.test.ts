// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * The table of texts over the whole gateway: accepted by REST, submitted by a connector with the settings
 * of each case, and read back at the carrier: by the simulator, and from the wire by tshark. What the
 * carrier got is then given back as SMS from mobiles, the last part first: the text must be the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStack, type Stack } from '@sendium/stack';
import {
  eventually,
  referenceIn,
  SmscDriver,
  wireTable,
  withReference,
  type SmscMessage,
  type WireCase,
} from '@sendium/testkit';
import { startCapture, type Capture } from './capture.ts';
import type { CapturedSubmission } from './captured-submission.ts';
import { lacks, tshark } from './programs.ts';
import { whenPresent } from './when-present.fixture.ts';

const alphabetOf = ({ options }: Pick<WireCase, 'options'>): string =>
  options.default_alphabet ?? 'gsm7';
const carriageOf = ({ options }: WireCase): string => options.long_message ?? 'udh8';
const connectorOf = (one: WireCase): string => `${alphabetOf(one)}-${carriageOf(one)}`;

const table = wireTable();
const sent = table.filter(({ refused }) => refused === undefined);
const refused = table.filter((one) => one.refused !== undefined);
const connectors = [...new Set(table.map(connectorOf))];

/** Each case has a recipient of its own, whose first digits lead to its connector. */
const prefixOf = (connector: string): string => `4477${10 + connectors.indexOf(connector)}`;
/** As its connector binds: SMS from mobiles come back over the same one. */
const systemIdOf = (connector: string): string => `carrier-${connectors.indexOf(connector)}`;
const recipientOf = (one: WireCase): string =>
  prefixOf(connectorOf(one)) + String(table.indexOf(one)).padStart(6, '0');

const configText = ({ smsc }: { readonly smsc: number }): string => `
version: 1
accounts:
  demo:
    rest: { keys: [{ name: default, hash: '\${env:SENDIUM_DEMO_KEY_HASH}' }] }
    default_sender: ACME
    max_segments: 255
connectors:
${connectors
  .map((connector) => {
    const [alphabet = '', carriage = ''] = connector.split('-');
    const link = `host: 127.0.0.1, port: ${smsc}, system_id: ${systemIdOf(connector)}, binds: 1`;
    const password = "password: '${env:SENDIUM_SIM_PASSWORD}'";
    return `  ${connector}: { ${link}, ${password}, default_alphabet: ${alphabet}, long_message: ${carriage} }`;
  })
  .join('\n')}
routes:
${connectors
  .map(
    (name) =>
      `  - { name: ${name}, match: { to: { prefix: '${prefixOf(name)}' } }, send_to: [${name}] }`,
  )
  .join('\n')}
inbound: [{ name: all, deliver_to: { account: demo } }]
`;

interface Preview {
  readonly segments: number;
  readonly connector: string;
  readonly data_coding: number;
  readonly encoding: string;
  readonly replacements: readonly object[];
  readonly parts: readonly {
    readonly text: string;
    readonly units: number;
    readonly octets: number;
  }[];
}

let stateDir: string;
let stack: Stack;
let smsc: SmscDriver;
let capture: Capture | undefined;
/** By recipient. */
const received = new Map<string, SmscMessage[]>();
const previews = new Map<WireCase, Preview>();
/** By what tshark was told that data_coding 0 means. */
const captured = new Map<string, readonly CapturedSubmission[]>();

const readings: Readonly<Record<string, string>> = {
  ...{ gsm7: 'GSM 7-bit', gsm7_packed: 'GSM 7-bit (packed)', latin1: 'ISO-8859-1', ascii: 'ASCII' },
};
const readingOf = (one: WireCase): string => readings[alphabetOf(one)] ?? 'None';

/** tshark knows no UTF-8 here, no national tables, and reads no text of a message class. */
function isReadable({ parts, data_coding, ...one }: WireCase): boolean {
  const hasTables = parts.some(({ udh = '' }) => /2[45]010[1-3]/.test(udh));
  return !hasTables && data_coding < 0x10 && (alphabetOf(one) !== 'utf8' || data_coding !== 0);
}

/** It writes a form feed so, and keeps the carriage return that fills up packed septets. */
function asShown(one: WireCase): string {
  return (one.received ?? one.text).replaceAll('\f', '\\xc');
}
const unpadded = (text: string, one: WireCase): string =>
  alphabetOf(one) === 'gsm7_packed' ? text.trimEnd() : text;

async function post(path: string, one: WireCase): Promise<{ status: number; body: unknown }> {
  const { encoding, languages, smart_encoding, flash } = one.options;
  const fields = { encoding, national_languages: languages, smart_encoding, flash };
  const response = await fetch(stack.urls.rest + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.key ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ to: `+${recipientOf(one)}`, text: one.text, ...fields }),
  });
  return { status: response.status, body: await response.json() };
}

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'sendium-wire-'));
  stack = await startStack({ stateDir, ports: 'free', configText });
  smsc = new SmscDriver(stack.urls.simulator_control ?? '');
  if (lacks(tshark) === undefined) capture = await startCapture(stack.ports.smsc);
  for (const one of sent) {
    previews.set(one, (await post('/v1/messages/preview', one)).body as Preview);
    const { status, body } = await post('/v1/messages', one);
    expect([one.name, status, body]).toEqual([one.name, 202, expect.anything()]);
  }
  const expected = sent.reduce((sum, { parts }) => sum + parts.length, 0);
  await eventually(
    async () => {
      received.clear();
      for (const message of await smsc.messages(1000)) {
        const { address } = message.destination;
        received.set(address, [...(received.get(address) ?? []), message]);
      }
      expect([...received.values()].flat()).toHaveLength(expected);
    },
    { timeoutMs: 60_000 },
  );
  if (capture !== undefined) {
    expect((await capture.dissect()).complaints).toEqual([]);
    for (const reading of new Set(sent.map(readingOf))) {
      const preference = `smpp.decode_sms_over_smpp:${reading}`;
      captured.set(reading, await capture.submissions([preference]));
    }
  }
}, 180_000);

afterAll(async () => {
  await capture?.[Symbol.asyncDispose]();
  await stack.stop();
  rmSync(stateDir, { recursive: true });
}, 60_000);

/** The reference that the parts were given: one for all of them. */
function referenceOf(parts: readonly SmscMessage[]): number | undefined {
  const references = parts.map(({ udh, tlvs }) => {
    const sar = (tlvs as readonly { tag: string; value: string }[]).find(
      ({ tag }) => tag === '0x020c',
    );
    return sar === undefined ? referenceIn(udh) : Number.parseInt(sar.value, 16);
  });
  expect(new Set(references).size).toBe(1);
  return references[0];
}

describe('at the carrier', () => {
  test.each(sent)('$name', (one) => {
    const parts = received.get(recipientOf(one)) ?? [];
    const reference = referenceOf(parts) ?? 0;
    const tlvOf = (part: SmscMessage, tag: string): number | undefined => {
      const tlvs = part['tlvs'] as readonly { tag: string; value: string }[];
      const value = tlvs.find((tlv) => tlv.tag === tag)?.value;
      return value === undefined ? undefined : Number.parseInt(value, 16);
    };
    const seen = parts.map((part) => ({
      octets: part['octets'],
      udh: part.udh,
      hasHeader: (Number(part['esm_class']) & 0x40) !== 0,
      dataCoding: part.data_coding,
      payload: tlvOf(part, '0x0424') !== undefined,
      sar: [tlvOf(part, '0x020c'), tlvOf(part, '0x020e'), tlvOf(part, '0x020f')],
    }));
    const wanted = one.parts.map(({ udh = '', octets, sar, payload = false }) => ({
      octets: withReference(udh, reference) + octets,
      udh: withReference(udh, reference),
      hasHeader: udh !== '',
      dataCoding: one.data_coding,
      payload,
      sar:
        sar === undefined
          ? [undefined, undefined, undefined]
          : [reference, sar.total, sar.sequence],
    }));
    expect(seen).toEqual(wanted);
  });
});

describe('shown by a preview', () => {
  test.each(sent)('$name', (one) => {
    const preview = previews.get(one);
    expect(preview).toMatchObject({
      ...{ connector: connectorOf(one), encoding: one.encoding, data_coding: one.data_coding },
      ...{ segments: one.parts.length, replacements: one.replacements ?? [] },
    });
    const parts = received.get(recipientOf(one)) ?? [];
    expect(preview?.parts.map(({ octets }) => octets)).toEqual(
      parts.map((part) => String(part['octets']).length / 2),
    );
    expect(preview?.parts.map(({ units }) => units)).toEqual(one.parts.map(({ units }) => units));
    expect(preview?.parts.map(({ text }) => text).join('')).toBe(one.received ?? one.text);
  });
});

interface InboundPage {
  readonly data: readonly { readonly from: string; readonly text: string | null }[];
  readonly next_cursor: string | null;
}

/** Sends what the carrier got back as an SMS from the one that it went to. */
async function giveBack(one: WireCase): Promise<void> {
  const parts = received.get(recipientOf(one)) ?? [];
  for (const part of [...parts].reverse()) {
    const tlvs = part['tlvs'] as readonly { tag: string; value: string }[];
    const isPayload = tlvs.some(({ tag }) => tag === '0x0424');
    await smsc.inject({
      ...{ from: `+${recipientOf(one)}`, to: '12345', octets: String(part['octets']) },
      ...{ dataCoding: part.data_coding, esmClass: Number(part['esm_class']) & 0x40 },
      ...{ payload: isPayload, systemId: systemIdOf(connectorOf(one)) },
      tlvs: tlvs
        .filter(({ tag }) => ['0x020c', '0x020e', '0x020f'].includes(tag))
        .map(({ tag, value }) => ({ tag: Number.parseInt(tag, 16), value })),
    });
  }
}

async function inboundTexts(): Promise<ReadonlyMap<string, string | null>> {
  const texts = new Map<string, string | null>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const response = await fetch(`${stack.urls.rest}/v1/inbound_messages?limit=200${query}`, {
      headers: { authorization: `Bearer ${stack.key ?? ''}` },
    });
    const page = (await response.json()) as InboundPage;
    for (const { from, text } of page.data) texts.set(from, text);
    cursor = page.next_cursor;
  }
  return texts;
}

describe('given back by a mobile', () => {
  let texts: ReadonlyMap<string, string | null>;
  beforeAll(async () => {
    for (const one of sent) await giveBack(one);
    await eventually(
      async () => {
        texts = await inboundTexts();
        expect(texts.size).toBe(sent.length);
      },
      { timeoutMs: 60_000 },
    );
  }, 90_000);

  test.each(sent)('$name', (one) => {
    expect(texts.get(`+${recipientOf(one)}`)).toBe(one.received ?? one.text);
  });
});

describe('refused', () => {
  test.each(refused)('$name', async (one) => {
    const code = one.refused?.reason === 'lone_surrogate' ? 'text_malformed' : 'text_not_encodable';
    for (const path of ['/v1/messages', '/v1/messages/preview']) {
      const { status, body } = await post(path, one);
      expect([status, body]).toMatchObject([
        422,
        {
          errors: [{ code, detail: expect.stringMatching(` at index ${one.refused?.at ?? ''}$`) }],
        },
      ]);
    }
  });
});

describe('read by tshark', () => {
  const test = whenPresent(tshark);

  test('every submit_sm was captured', () => {
    for (const submissions of captured.values()) {
      expect(submissions).toHaveLength([...received.values()].flat().length);
    }
  });

  for (const one of sent) {
    test(one.name, () => {
      const to = recipientOf(one);
      const readings = captured.get(readingOf(one)) ?? [];
      const parts = readings.filter(({ destination }) => destination === to);
      expect(parts).toHaveLength(one.parts.length);
      const [first] = parts;
      const reference = first?.part?.reference ?? first?.sar?.reference ?? 0;
      parts.forEach(({ octets, payload, part, sar, dataCoding }, index) => {
        const { udh = '', octets: wanted, ...own } = one.parts[index]!;
        expect(dataCoding).toBe(one.data_coding);
        expect(payload ?? octets).toBe(withReference(udh, reference) + wanted);
        expect(payload !== undefined).toBe(own.payload ?? false);
        const total = one.parts.length;
        const isConcatenated = referenceIn(udh) !== undefined;
        expect(part).toEqual(isConcatenated ? { reference, total, number: index + 1 } : undefined);
        expect(sar).toEqual(own.sar === undefined ? undefined : { ...own.sar, reference });
      });
      if (isReadable(one)) {
        const texts = parts.map(({ text }) => unpadded(text, one));
        expect(texts.join('')).toBe(asShown(one));
      }
    });
  }
});
