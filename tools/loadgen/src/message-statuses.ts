// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { HttpConnection } from './http-connection.ts';
import type { Outcome } from './http-connection.ts';

/** What GET /v1/messages/{id} said: its status, or why there is none. */
export interface MessageStatus {
  /** `not_found`, `http_<status>` and `lost` where there was no message in the answer. */
  readonly status: string;
  readonly isFinal: boolean;
}

/** After so many vain attempts to connect the answers that are missing count as lost. */
const maxRefusals = 5;

/** Where to ask, and with how many connections. */
export interface StatusOptions {
  readonly url: string;
  readonly key: string;
  readonly connections?: number;
  readonly timeoutMs?: number;
}

function read(outcome: Outcome): MessageStatus {
  if (outcome.kind === 'lost') return { status: 'lost', isFinal: false };
  const { status, body } = outcome.response;
  if (status === 404) return { status: 'not_found', isFinal: false };
  if (status !== 200) return { status: `http_${status}`, isFinal: false };
  const message = JSON.parse(body.toString('utf8')) as { status: string; final: boolean };
  return { status: message.status, isFinal: message.final };
}

/** Asks for all these ids, and gives an answer for each. */
export async function fetchStatuses(
  ids: readonly string[],
  options: StatusOptions,
): Promise<ReadonlyMap<string, MessageStatus>> {
  const url = new URL(options.url);
  const found = new Map<string, MessageStatus>();
  if (ids.length === 0) return found;
  const path = `${url.pathname.replace(/\/$/, '')}/v1/messages/`;
  const tail = ` HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${options.key}\r\n\r\n`;
  let next = 0;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const ask = (connection: HttpConnection) => {
    const id = ids[next];
    if (id === undefined) return;
    next += 1;
    connection.send(Buffer.from(`GET ${path}${id}${tail}`, 'latin1'), (outcome) => {
      found.set(id, read(outcome));
      if (found.size === ids.length) resolve(undefined);
    });
  };
  const timeoutMs = options.timeoutMs ?? 10_000;
  let refusals = 0;
  const connections = Array.from(
    { length: Math.min(ids.length, options.connections ?? 8) },
    () =>
      new HttpConnection({
        host: url.hostname,
        port: Number(url.port || 80),
        timeoutMs,
        onIdle: ask,
        // Whoever is idle here has nothing more to ask.
        onGone: () => undefined,
        // Nobody listens: what is left is answered as lost, and the caller may ask again.
        onRefused: () => ((refusals += 1) > maxRefusals ? resolve(undefined) : undefined),
      }),
  );
  for (const connection of connections) connection.open();
  const sweeper = setInterval(() => {
    for (const connection of connections) connection.sweep(performance.now());
  }, 100);
  await promise;
  clearInterval(sweeper);
  for (const connection of connections) connection.close();
  for (const id of ids) if (!found.has(id)) found.set(id, { status: 'lost', isFinal: false });
  return found;
}
