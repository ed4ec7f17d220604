// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { RequestTemplate, toToken } from './request-template.ts';

const target = { host: '127.0.0.1:8080', key: 'secret', basePath: '' };
const shape = { from: '12345', text: 'Hello "you" é', tokenPrefix: '#run-', batch: 0 };
const read = (request: Buffer) => {
  const [head = '', body = ''] = request.toString('utf8').split('\r\n\r\n');
  return { head, body: JSON.parse(body) as unknown, length: Buffer.byteLength(body) };
};

test('a single message has its own token and number', () => {
  const template = new RequestTemplate(target, shape);
  template.fill(1);
  const { head, body, length } = read(template.fill(1_042));
  expect(body).toEqual({
    from: '12345',
    to: '+447700900042',
    text: `${toToken('#run-', 1_042)} Hello "you" é`,
  });
  expect(head).toContain('POST /v1/messages HTTP/1.1\r\n');
  expect(head).toContain('Authorization: Bearer secret\r\n');
  expect(head).toContain(`Content-Length: ${length}`);
});

test('each message of a batch has its own token and number', () => {
  const { head, body } = read(new RequestTemplate(target, { ...shape, batch: 3 }).fill(6));
  expect(head).toContain('POST /v1/messages/batch HTTP/1.1\r\n');
  expect(body).toMatchObject({
    defaults: { from: '12345' },
    messages: [6, 7, 8].map((n) => ({
      to: `+44770090000${n}`,
      text: `${toToken('#run-', n)} Hello "you" é`,
    })),
  });
});

test('without tokens the text of a batch is said once', () => {
  const options = { ...shape, tokenPrefix: undefined, batch: 2 };
  expect(read(new RequestTemplate(target, options).fill(0)).body).toEqual({
    defaults: { from: '12345', text: 'Hello "you" é' },
    messages: [{ to: '+447700900000' }, { to: '+447700900001' }],
  });
});
