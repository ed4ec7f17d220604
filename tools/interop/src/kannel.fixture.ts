// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { startKannel } from './kannel.ts';
import type { SmppTarget } from './smpp-target.ts';

/** Collects what Kannel reports: the query of each request. */
async function reportServer() {
  const reports: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    reports.push(new URL(request.url ?? '/', 'http://localhost').searchParams);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { reports, port, [Symbol.asyncDispose]: close };
}

/**
 * Kannel binds to the target, sends a short text, one of three parts and one in UCS-2, and is told that
 * all of them are delivered; then it unbinds.
 */
export async function sendByKannel(target: SmppTarget): Promise<void> {
  await using callback = await reportServer();
  await using box = await startKannel(target);
  await eventually(async () => expect(await box.status()).toMatch(/sendium.*online/s), {
    timeoutMs: 20_000,
  });
  const dlrUrl = `http://127.0.0.1:${callback.port}/?type=%d&number=%p`;
  const send = (to: string, text: string, more = {}) =>
    box.send({ from: 'ACME', to, text, 'dlr-mask': '31', 'dlr-url': dlrUrl, ...more });
  await eventually(async () => expect(await send('447700900001', 'Hello')).toBe(202), {
    timeoutMs: 20_000,
  });
  expect(await send('447700900002', 'x'.repeat(400))).toBe(202);
  expect(await send('447700900003', 'Привет', { coding: '2', charset: 'UTF-8' })).toBe(202);
  // 1 is delivered, 8 is taken by the carrier; a long text is reported by part.
  const delivered = () => callback.reports.filter((report) => report.get('type') === '1');
  await eventually(
    () => expect(new Set(delivered().map((report) => report.get('number'))).size).toBe(3),
    { timeoutMs: 20_000 },
  );
}
