// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readiness } from './readiness.ts';
import type { ListenAddress } from './setting-values.ts';

/** The metrics of the process as text, however they are kept. */
export interface MetricsSource {
  readonly contentType: string;
  render(): Promise<string>;
  /** Told once, before anything is counted, how much detail the operator wants. */
  configure?(detail: { readonly byAccount: boolean }): void;
}

/** The running probe server. */
export interface ProbeServer extends AsyncDisposable {
  readonly address: ListenAddress;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});

/**
 * Answers /livez (the process runs its event loop), /readyz (may it be given work, and if not why)
 * and /metrics. It listens from the first moment to the last, so that waiting for NATS and draining
 * can be told from being dead.
 */
export async function serveProbes(
  listen: ListenAddress,
  readiness: Readiness,
  metrics: MetricsSource | undefined,
): Promise<ProbeServer> {
  const server = createServer(
    { headersTimeout: 5000, requestTimeout: 5000 },
    (request, response) => {
      void answer(request, readiness, metrics)
        .catch(() => json(500, { error: 'this probe failed' }))
        .then((result) => send(request, response, result));
    },
  );
  server.maxConnections = 100;
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  return {
    address: { host: address, port },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  readiness: Readiness,
  metrics: MetricsSource | undefined,
): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return json(405, { error: 'only GET and HEAD' });
  }
  switch (request.url?.split('?', 1)[0]) {
    case '/livez':
      return json(200, { alive: true });
    case '/readyz': {
      const report = readiness.report();
      return json(report.ready ? 200 : 503, report);
    }
    case '/metrics':
      if (metrics === undefined) return json(404, { error: 'this service has no metrics' });
      return { status: 200, contentType: metrics.contentType, body: await metrics.render() };
    default:
      return json(404, { error: 'there are /livez, /readyz and /metrics' });
  }
}

function send(request: IncomingMessage, response: ServerResponse, result: Answer): void {
  response.writeHead(result.status, {
    'content-type': result.contentType,
    'content-length': Buffer.byteLength(result.body),
    'cache-control': 'no-store',
    ...(result.status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : result.body);
}
