// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { messageExamples } from './examples.ts';
import {
  acceptedResponse,
  batchResponse,
  previewResponse,
  problemResponse,
} from './response-schema.ts';
import type { PreviewResource } from './response-schema.ts';
import { startIngress, type RunningIngress } from './start-ingress.fixture.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(async () => {
  await ingress[Symbol.asyncDispose]();
});

const to = '+447700900123';

function over(...connectors: readonly string[]): void {
  ingress.router.targets.set('447700900123', connectors);
}

async function preview(body: object): Promise<PreviewResource> {
  const response = await ingress.send({ to, ...body }, '/v1/messages/preview');
  const answer: unknown = await response.json();
  expect([response.status, answer]).toEqual([200, expect.anything()]);
  return previewResponse.parse(answer);
}

test('a preview shows what the connector that would be asked first would send', async () => {
  over('plain');
  const text = `${'x'.repeat(152)}€${'x'.repeat(10)}`;
  expect(await preview({ text })).toEqual({
    ...{ object: 'preview', from: 'ACME', to, route: 'tested', connector: 'plain' },
    ...{ encoding: 'gsm7', data_coding: 0, segments: 2, units: 164, passed_over: [] },
    parts: [
      { text: 'x'.repeat(152), units: 152, octets: 158 },
      { text: `€${'x'.repeat(10)}`, units: 12, octets: 18 },
    ],
    replacements: [],
  });
  expect(await ingress.stored('normal')).toEqual([]);
});

test.each<[string, object, Partial<PreviewResource>]>([
  ['packed', { text: 'x'.repeat(161) }, { segments: 2, parts: [152, 9].map(packed) }],
  ['latin', { text: 'Grüße' }, { encoding: 'gsm7', data_coding: 0 }],
  ['latin', { text: '5 €' }, { encoding: 'ucs2', data_coding: 8 }],
  ['ascii', { text: 'Grüße' }, { encoding: 'latin1', data_coding: 3 }],
  ['ascii', { text: 'x'.repeat(400) }, { segments: 1, units: 400 }],
  ['plain', { text: 'Да', flash: true }, { encoding: 'ucs2', data_coding: 0x18 }],
  ['plain', { text: 'Şifre', national_languages: ['turkish'] }, { encoding: 'gsm7' }],
  ['plain', { binary: { data: 'SGVsbG8=', data_coding: 245 } }, { data_coding: 245, units: 5 }],
])('over the connector %s, %j', async (connector, body, expected) => {
  over(connector);
  expect(await preview(body)).toMatchObject({ connector, ...expected });
});

function packed(units: number): PreviewResource['parts'][number] {
  const octets = 7 + Math.ceil((units * 7) / 8);
  return { text: 'x'.repeat(units), units, octets };
}

test('connectors that cannot carry it are passed over, as the message itself would pass them', async () => {
  over('ascii', 'plain');
  const body = { text: 'Grüße', encoding: 'gsm7' };
  expect(await preview(body)).toMatchObject({ connector: 'plain', passed_over: ['ascii'] });
  over('ascii');
  expect(await preview(body)).toMatchObject({
    ...{ route: 'tested', connector: null, passed_over: ['ascii'], segments: 1 },
  });
});

test('without a route it is counted as sending counts it', async () => {
  ingress.router.targets.clear();
  for (const { value } of Object.values(messageExamples)) {
    const { to: recipient, text } = value as { to: string; text?: string };
    if (text === undefined) continue;
    const shown = await preview({ ...value, to: recipient, webhook_url: null });
    const sent = await ingress.send({ ...value, webhook_url: null });
    const { encoding, segments } = acceptedResponse.parse(await sent.json());
    expect(shown).toMatchObject({ route: null, connector: null, encoding, segments });
  }
});

test('smart encoding is told: by a preview, by the 202, and by each item of a batch', async () => {
  over('plain');
  const body = { to, text: 'It’s “on”', smart_encoding: true };
  const replacements = [
    { position: 2, from: '’', to: "'" },
    { position: 5, from: '“', to: '"' },
    { position: 8, from: '”', to: '"' },
  ];
  expect(await preview(body)).toMatchObject({
    ...{ encoding: 'gsm7', replacements, parts: [{ text: 'It\'s "on"' }] },
  });
  const sent = acceptedResponse.parse(await (await ingress.send(body)).json());
  expect(sent).toMatchObject({ text: 'It\'s "on"', encoding: 'gsm7', replacements });
  const plain = acceptedResponse.parse(await (await ingress.send({ to, text: 'x' })).json());
  expect(plain).not.toHaveProperty('replacements');
  const messages = [body, { to, text: 'x' }];
  const batch = await ingress.send({ messages }, '/v1/messages/batch');
  const { results } = batchResponse.parse(await batch.json());
  expect(results[0]).toMatchObject({ replacements });
  expect(results[1]).not.toHaveProperty('replacements');
});

test('what sending refuses, a preview refuses in the same words', async () => {
  for (const body of [{ to: '1', text: '' }, { to, text: '👋', encoding: 'gsm7' }, 'x', { to }]) {
    const answers = await Promise.all(
      ['/v1/messages', '/v1/messages/preview'].map(async (path) => {
        const response = await ingress.send(body, path);
        const { instance, request_id, ...problem } = problemResponse.parse(await response.json());
        expect([instance, request_id.slice(0, 4)]).toEqual([path, 'req_']);
        return problem;
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
  }
  const headers = { authorization: 'Bearer wrong' };
  const unknown = await ingress.request('POST', '/v1/messages/preview', { headers });
  expect(unknown.status).toBe(401);
  const get = await ingress.request('GET', '/v1/messages/preview');
  expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
});

test('a connector that only the router knows of, or no router at all: come again later', async () => {
  over('news');
  const codeOf = async (): Promise<unknown> => {
    const response = await ingress.send({ to, text: 'x' }, '/v1/messages/preview');
    expect(response.headers.get('retry-after')).toBe('1');
    return [response.status, problemResponse.parse(await response.json()).code];
  };
  expect(await codeOf()).toEqual([503, 'unavailable']);
  await ingress.stopRouter();
  expect(await codeOf()).toEqual([503, 'unavailable']);
  expect((await ingress.send({ to, text: 'x' })).status).toBe(202);
});
