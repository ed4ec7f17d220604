// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import type { Account } from '@sendium/configuration';
import { createMessageId, parseSender, type Message } from '@sendium/message';
import { composeMessage, type ComposeContext } from './compose-message.ts';
import { batchExamples, messageExamples } from './examples.ts';
import { createPossibleNumbers } from './possible-numbers.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const bare: Account = {
  name: 'demo',
  keys: [],
  ratePerSecond: 0,
  maxSegments: 10,
  validityMs: 3_600_000,
  webhooks: [],
  languages: [],
};
const webhook: Account['webhooks'][number] = {
  ...{ name: 'main', url: 'https://example.com/', secrets: [], events: new Set(['final']) },
  ...{ payload: 'full', concurrency: 1, timeoutMs: 1000, disableAfterMs: 1000 },
};
const account: Account = { ...bare, webhooks: [webhook], defaultSender: parseSender('ACME')! };
const context: ComposeContext = {
  account,
  isPossible: createPossibleNumbers(),
  id: createMessageId(nowMs, new Uint8Array(10)),
  nowMs,
};
const good = { to: '+447700900123', from: 'ACME', text: 'Hello' };

const composed = (fields: object, over: Partial<ComposeContext> = {}): Message => {
  const result = composeMessage(fields, { ...context, ...over });
  if (result.kind === 'composed') return result.message;
  throw new Error(JSON.stringify(result.errors));
};

const errorsOf = (body: unknown, over: Partial<ComposeContext> = {}): readonly string[] => {
  const result = composeMessage(body, { ...context, ...over });
  return result.kind === 'composed'
    ? []
    : result.errors.map(({ pointer, code }) => `${pointer} ${code}`).sort();
};

test('the shortest request becomes a message with every default', () => {
  expect(composed({ to: '+447700900123', text: 'Hello' })).toEqual({
    id: context.id,
    account: 'demo',
    lane: 'normal',
    to: { ton: 1, npi: 1, value: '447700900123' },
    from: { ton: 5, npi: 0, value: 'ACME' },
    body: { kind: 'text', text: 'Hello', encoding: 'auto', flash: false },
    encoding: 'gsm7',
    segments: 1,
    maxSegments: 10,
    acceptedAtMs: nowMs,
    expiresAtMs: nowMs + 3_600_000,
    deliveryReport: 'final',
    metadata: {},
    origin: { ingress: 'http' },
  });
});

test('every field arrives in the message', () => {
  const fields = {
    ...good,
    encoding: 'ucs2',
    priority: 'high',
    max_segments: 3,
    send_at: '2026-11-22T14:00:00+01:00',
    validity_period: 120,
    delivery_report: 'all',
    client_reference: 'order-42',
    metadata: { k: 'v' },
    webhook_url: 'https://example.com/hook',
    flash: true,
  };
  expect(composed(fields, { batchId: 'bat_1' })).toMatchObject({
    lane: 'priority',
    body: { text: 'Hello', encoding: 'ucs2', flash: true },
    encoding: 'ucs2',
    maxSegments: 3,
    sendAtMs: Date.UTC(2026, 10, 22, 13),
    expiresAtMs: Date.UTC(2026, 10, 22, 13, 2),
    deliveryReport: 'all',
    clientReference: 'order-42',
    metadata: { k: 'v' },
    webhookUrl: 'https://example.com/hook',
    batchId: 'bat_1',
  });
});

test('null is the same as leaving an optional field out', () => {
  const optional = ['from', 'encoding', 'smart_encoding', 'max_segments', 'priority', 'send_at'];
  optional.push('national_languages');
  optional.push('validity_period', 'delivery_report', 'client_reference', 'metadata');
  optional.push('webhook_url', 'flash', 'binary');
  const nulls = Object.fromEntries(optional.map((name) => [name, null]));
  const { to, text } = good;
  expect(composed({ to, text, ...nulls })).toEqual(composed({ to, text }));
});

test('binary content is counted and kept as octets', () => {
  const udh = Buffer.from([6, 5, 4, 0x15, 0x82, 0, 0]);
  const data = Buffer.alloc(133, 7);
  const binary = { data: data.toString('base64'), udh: udh.toString('base64'), data_coding: 245 };
  expect(composed({ to: good.to, binary })).toMatchObject({
    body: { kind: 'binary', data, udh, dataCoding: 245, protocolId: 0 },
    encoding: 'binary',
    segments: 1,
  });
  const long = { data: Buffer.alloc(141).toString('base64') };
  expect(composed({ to: good.to, binary: long }).segments).toBe(2);
  const whole = { udh: Buffer.from([2, 0x70, 0]).toString('base64') };
  expect(errorsOf({ to: good.to, binary: { ...whole, ...long } })).toEqual([
    '#/binary invalid_value',
  ]);
});

const result = (fields: object, over: Partial<ComposeContext> = {}) => {
  const made = composeMessage({ ...good, ...fields }, { ...context, ...over });
  if (made.kind === 'refused') throw new Error(JSON.stringify(made.errors));
  const { body, encoding, segments } = made.message;
  return { body, encoding, segments, replacements: made.replacements };
};

test('smart encoding replaces look-alikes if then the whole text fits GSM-7, and says which', () => {
  const text = '“Hi” – it’s…';
  expect(result({ text })).toMatchObject({ encoding: 'ucs2', replacements: [] });
  const smart = result({ text, smart_encoding: true });
  expect(smart).toMatchObject({
    body: { text: '"Hi" - it\'s...', encoding: 'auto' },
    encoding: 'gsm7',
    replacements: [
      { position: 0, from: '“', to: '"' },
      { position: 3, from: '”', to: '"' },
      { position: 5, from: '–', to: '-' },
      { position: 9, from: '’', to: "'" },
      { position: 11, from: '…', to: '...' },
    ],
  });
  const mixed = `${text} Привет`;
  const kept = result({ text: mixed, smart_encoding: true });
  expect(kept).toMatchObject({ body: { text: mixed }, encoding: 'ucs2', replacements: [] });
});

test('national tables are those of the message, else those of the account', () => {
  const turkish: Account = { ...account, languages: ['turkish'] };
  const text = 'Şifreniz: 1234';
  expect(result({ text })).toMatchObject({ encoding: 'ucs2' });
  expect(result({ text }, { account: turkish })).toMatchObject({
    ...{ encoding: 'gsm7', body: { languages: ['turkish'] } },
  });
  expect(result({ text, national_languages: ['turkish'] })).toMatchObject({
    ...{ encoding: 'gsm7', body: { languages: ['turkish'] } },
  });
  const none = result({ text, national_languages: [] }, { account: turkish });
  expect(none.encoding).toBe('ucs2');
  expect(none.body).not.toHaveProperty('languages');
});

test('text is kept in normal form C, and counted so', () => {
  expect(result({ text: 'e\u0301'.repeat(160) })).toMatchObject({
    ...{ body: { text: 'é'.repeat(160) }, encoding: 'gsm7', segments: 1 },
  });
});

test.each<[object, string]>([
  [{ text: 'Hello 👋', encoding: 'gsm7' }, 'gsm7 lacks U+1F44B 👋 at index 6'],
  [{ text: 'e\u0301 ş', encoding: 'gsm7' }, 'gsm7 lacks U+015F ş at index 3'],
  [{ text: '5 €', encoding: 'latin1' }, 'latin1 lacks U+20AC € at index 2'],
  [{ text: 'ab\ude00' }, 'has half a surrogate pair, U+DE00, at index 2'],
])('what cannot be carried is named: %j', (fields, detail) => {
  const made = composeMessage({ ...good, ...fields }, context);
  expect(made).toMatchObject({ kind: 'refused', errors: [{ pointer: '#/text', detail }] });
});

test('octets with ports are divided, and the ports stand in each part', () => {
  const udh = Buffer.from([6, 5, 4, 0x23, 0xf4, 0, 0]).toString('base64');
  const binary = { data: Buffer.alloc(200).toString('base64'), udh };
  expect(composed({ to: good.to, binary })).toMatchObject({ segments: 2, encoding: 'binary' });
});

test('all errors are told at once: those of shapes and those of contents', () => {
  const body = {
    to: '123',
    from: 'a sender that is too long',
    text: 'Grüße 👋',
    encoding: 'gsm7',
    send_at: '2020-01-01T00:00:00Z',
    validity_period: 1.5,
    metadata: { 'a/b~c': 'x' },
    colour: 'red',
    __proto__: null,
  };
  expect(errorsOf(body)).toEqual([
    '#/colour unknown_field',
    '#/from sender_invalid',
    '#/metadata/a~1b~0c invalid_value',
    '#/send_at schedule_invalid',
    '#/text text_not_encodable',
    '#/to recipient_invalid',
    '#/validity_period invalid_type',
  ]);
});

test.each<[string, object, string[]]>([
  ['nothing at all', {}, ['#/text text_required', '#/to required']],
  ['an empty text', { ...good, text: '' }, ['#/text text_required']],
  ['half a surrogate pair', { ...good, text: 'a\ud83d' }, ['#/text text_malformed']],
  ['a text and octets', { ...good, binary: { data: 'AAAA' } }, ['#/text invalid_value']],
  [
    'flash octets',
    { to: good.to, flash: true, binary: { data: 'AAAA' } },
    ['#/flash invalid_value'],
  ],
  [
    'no base64',
    { to: good.to, binary: { data: 'é' } },
    ['#/binary/data invalid_value', '#/binary/data invalid_value'],
  ],
  [
    'a header that lies',
    { to: good.to, binary: { data: 'AAAA', udh: 'CQAA' } },
    ['#/binary invalid_value'],
  ],
  [
    'too many parts',
    { ...good, text: 'x'.repeat(161), max_segments: 1 },
    ['#/text too_many_segments'],
  ],
  [
    'more parts than the account allows',
    { ...good, text: 'x'.repeat(1531) },
    ['#/text too_many_segments'],
  ],
  ['256 parts allowed', { ...good, max_segments: 256 }, ['#/max_segments invalid_value']],
  ['a word for a flag', { ...good, smart_encoding: 'yes' }, ['#/smart_encoding invalid_type']],
  [
    'a language without tables',
    { ...good, national_languages: ['klingon'] },
    ['#/national_languages/0 invalid_value'],
  ],
  [
    'smart octets',
    { to: good.to, smart_encoding: true, binary: { data: 'AAAA' } },
    ['#/smart_encoding invalid_value'],
  ],
  ['an unknown encoding', { ...good, encoding: 'utf8' }, ['#/encoding invalid_value']],
  ['a number as recipient', { ...good, to: 447700900123 }, ['#/to invalid_type']],
  ['an impossible recipient', { ...good, to: '+44770090012345' }, ['#/to recipient_invalid']],
  ['a national recipient', { ...good, to: '07700900123' }, ['#/to recipient_invalid']],
  [
    'a time without a zone',
    { ...good, send_at: '2026-11-23T12:00:00' },
    ['#/send_at invalid_value'],
  ],
  [
    'a time too far ahead',
    { ...good, send_at: '2027-11-23T12:00:00Z' },
    ['#/send_at schedule_invalid'],
  ],
  [
    'a webhook that is no URL',
    { ...good, webhook_url: 'javascript:alert(1)' },
    ['#/webhook_url invalid_value'],
  ],
  ...['https://user:pass@example.com/', 'https://user@example.com/hook'].map(
    (url): [string, object, string[]] => [
      `a webhook with credentials: ${url}`,
      { ...good, webhook_url: url },
      ['#/webhook_url invalid_value'],
    ],
  ),
  ['nothing but a byte order mark', { ...good, text: '\ufeff' }, ['#/text text_required']],
  [
    'more than any number of parts can carry',
    { ...good, text: 'x'.repeat(200_000), max_segments: 255 },
    ['#/text too_many_segments'],
  ],
  [
    'a reference that would not come back as it was given',
    { ...good, client_reference: 'a\ud83d', metadata: { k: '\ude00' } },
    ['#/client_reference invalid_value', '#/metadata/k invalid_value'],
  ],
  ['metadata of numbers', { ...good, metadata: { a: 1 } }, ['#/metadata/a invalid_type']],
  ['metadata as a list', { ...good, metadata: [] }, ['#/metadata invalid_type']],
  [
    'a reference too long',
    { ...good, client_reference: 'x'.repeat(129) },
    ['#/client_reference invalid_value'],
  ],
])('refuses %s', (_, body, errors) => {
  expect(errorsOf(body)).toEqual(errors);
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'a field named %s is as unknown as any other, also in metadata under __proto__',
  (name) => {
    const body = JSON.parse(`{"to":"+447700900123","text":"x","${name}":{"text":"y"}}`) as object;
    expect(errorsOf(body)).toEqual([`#/${name} unknown_field`]);
    const inner = JSON.parse(
      '{"to":"+447700900123","text":"x","metadata":{"__proto__":"y"}}',
    ) as object;
    expect(errorsOf(inner)).toEqual(['#/metadata/__proto__ invalid_value']);
  },
);

test.each([null, 1, 'x', [], [good]])('an item %j is refused as a whole', (item) => {
  expect(errorsOf(item)).toEqual(['# invalid_type']);
});

test('without a sender and without a default one, the sender is required', () => {
  expect(errorsOf({ ...good, from: null }, { account: bare })).toEqual(['#/from sender_required']);
});

test('an account without a webhook of its own cannot name one for a message: nothing could sign it', () => {
  const fields = { ...good, webhook_url: 'https://example.com/hook' };
  expect(errorsOf(fields, { account: bare })).toEqual(['#/webhook_url webhook_not_configured']);
  expect(errorsOf({ ...good, webhook_url: null }, { account: bare })).toEqual([]);
  const both = { ...fields, to: 'x', webhook_url: 'ftp://example.com' };
  expect(errorsOf(both, { account: bare })).toEqual([
    ...['#/to recipient_invalid', '#/webhook_url invalid_value'],
  ]);
});

test('an at sign behind the host is no credential', () => {
  const url = 'https://example.com/hook/@me?to=a@b.c';
  expect(composed({ ...good, webhook_url: url })).toMatchObject({ webhookUrl: url });
});

test('a time just past is now: clocks differ and requests take their time', () => {
  const message = composed({ ...good, send_at: new Date(nowMs - 60_000).toISOString() });
  expect(message.sendAtMs).toBeUndefined();
});

test('every documented example is a message', () => {
  for (const { value } of Object.values(messageExamples)) composed(value);
  for (const { value } of Object.values(batchExamples)) {
    const { defaults, messages } = value as { defaults: object; messages: object[] };
    for (const message of messages) composed({ ...defaults, ...message });
  }
});

test('an account with senders of its own sends as nobody else', () => {
  const senders = [{ ton: 5, npi: 0, value: 'ACME' }];
  const held = { ...account, senders };
  expect(errorsOf({ ...good, from: 'acme' }, { account: held })).toEqual([]);
  expect(errorsOf({ ...good, from: 'EVIL' }, { account: held })).toEqual([
    '#/from sender_not_allowed',
  ]);
});
