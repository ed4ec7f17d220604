// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { once } from 'node:events';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { createServer as createHttp2, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { readTraceRequest, type ReceivedSpan } from './otlp-wire.ts';

/** A collector that keeps what it is given. */
export interface OtlpReceiver extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint: string;
  /** Everything received so far. */
  readonly spans: readonly ReceivedSpan[];
  /** Every body as it came: for looking for what must not be in it. */
  readonly bodies: readonly Buffer[];
  /** The paths that were asked for, in order. */
  readonly paths: readonly string[];
}

/** How it is spoken to: the values of OTEL_EXPORTER_OTLP_PROTOCOL that it understands. */
export type ReceiverProtocol = 'http/protobuf' | 'grpc';

class Inbox {
  readonly spans: ReceivedSpan[] = [];
  readonly bodies: Buffer[] = [];
  readonly paths: string[] = [];

  take(path: string, body: Buffer): void {
    this.paths.push(path);
    this.bodies.push(body);
    this.spans.push(...readTraceRequest(body));
  }
}

/** Begins to receive on a free port of 127.0.0.1. */
export async function startOtlpReceiver(
  protocol: ReceiverProtocol = 'http/protobuf',
): Promise<OtlpReceiver> {
  const inbox = new Inbox();
  const { server, close } = protocol === 'grpc' ? serveGrpc(inbox) : serveHttp(inbox);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans: inbox.spans,
    bodies: inbox.bodies,
    paths: inbox.paths,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      close();
      await closed;
    },
  };
}

interface Serving {
  readonly server: HttpServer | Http2Server;
  readonly close: () => void;
}

function serveHttp(inbox: Inbox): Serving {
  const server = createHttp((request, response) => {
    void bodyOf(request).then((body) => {
      inbox.take(request.url ?? '', body);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  return { server, close: () => server.closeAllConnections() };
}

/** gRPC without its library: one frame in, an empty one out, and the status in the trailers. */
function serveGrpc(inbox: Inbox): Serving {
  const server = createHttp2();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    void bodyOf(stream).then((body) => {
      // One octet for compression, four for the length.
      inbox.take(String(headers[':path']), body.subarray(5));
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc' },
        { waitForTrailers: true },
      );
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.alloc(5));
    });
  });
  return {
    server,
    close: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

async function bodyOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
