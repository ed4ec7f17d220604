// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { ResponseError, ResponseReader } from './response-reader.ts';

const accepted = 'HTTP/1.1 202 Accepted\r\nContent-Length: 10\r\n\r\n{"id":"7"}';
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n';

test.each([accepted, chunked])('a response is whole however it is cut (%#)', (text) => {
  const octets = Buffer.from(text);
  for (let at = 1; at < octets.length; at += 1) {
    const reader = new ResponseReader();
    expect(reader.take(octets.subarray(0, at))).toBeUndefined();
    const response = reader.take(octets.subarray(at));
    expect(response?.body.toString()).toBe(text === accepted ? '{"id":"7"}' : '{"a":1}');
  }
});

test('status, Retry-After and the end of keep-alive are read', () => {
  const reader = new ResponseReader();
  const head = 'HTTP/1.1 429 Too Many\r\nretry-after: 2\r\nConnection: close\r\ncontent-length: 0';
  expect(reader.take(Buffer.from(`${head}\r\n\r\n`))).toMatchObject({
    status: 429,
    retryAfterMs: 2_000,
    isKeptAlive: false,
  });
});

test('an interim response is passed over', () => {
  const reader = new ResponseReader();
  const response = reader.take(Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${accepted}`));
  expect(response?.status).toBe(202);
});

test('what is no HTTP is an error', () => {
  expect(() => new ResponseReader().take(Buffer.from('SSH-2.0-x\r\n\r\n'))).toThrow(ResponseError);
  expect(() => new ResponseReader().take(Buffer.alloc(70_000))).toThrow(ResponseError);
});
