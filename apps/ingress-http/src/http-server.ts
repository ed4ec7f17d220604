// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The HTTP server. Sending goes by handlers of our own; everything else by Express, which costs more
 * per request than accepting a message does.
 *
 * 1. Time-outs: 10 s for a request's headers, 30 s for the whole of it, 65 s idle between requests.
 * 2. Bound on connections: at the bound the one that has been idle for longest makes room for the
 *    new one, so thousands of idle connections keep nobody out.
 * 3. On stopping nothing new is taken, what has begun is answered, then connections close.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Express } from 'express';
import type { ListenAddress, Logger } from '@sendium/runtime';
import type { HistogramCell, Metrics, Tracing } from '@sendium/telemetry';
import { passOn, refuseMethod } from './api.ts';
import { Exchange } from './exchange.ts';
import { previewMessage, type PreviewParts } from './preview-route.ts';
import { sendBatch, sendMessage, type SendParts } from './send-routes.ts';
import { traceparentOf, traceRequest } from './trace-request.ts';

/** What the server works with. */
export interface HttpParts {
  readonly listen: ListenAddress;
  readonly maxConnections: number;
  readonly api: Express;
  readonly send: SendParts & PreviewParts;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  readonly log: Logger;
}

const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
} as const;
/** Requests under way when the server stops may take this long. */
const drainMs = 5000;

type SendHandler = (exchange: Exchange, parts: SendParts & PreviewParts) => Promise<void>;

/** The paths that Express does not see. */
const sendHandlers: ReadonlyMap<string, SendHandler> = new Map<string, SendHandler>([
  ['/v1/messages', sendMessage],
  ['/v1/messages/batch', sendBatch],
  ['/v1/messages/preview', previewMessage],
]);

/** The running server. */
export class HttpServer implements AsyncDisposable {
  readonly #parts: HttpParts;
  readonly #server: Server;
  /** Connections without a request under way, the longest idle first. */
  readonly #idle = new Set<Socket>();
  readonly #durations = new Map<string, HistogramCell>();
  #connections = 0;

  private constructor(parts: HttpParts) {
    this.#parts = parts;
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#serve(new Exchange(request, response, this));
    };
    this.#server = createServer({ ...timeouts, noDelay: true }, serve);
    // As if it were any request: the body is asked for only when it will be read.
    this.#server.on('checkContinue', serve);
    this.#server.on('connection', (socket) => this.#admit(socket));
    const gauge = parts.metrics.gauge('sendium_http_connections', { server: 'api' });
    parts.metrics.beforeRender(() => gauge.set(this.#connections));
  }

  /** Listens. */
  static async start(parts: HttpParts): Promise<HttpServer> {
    const server = new HttpServer(parts);
    server.#server.listen({ ...parts.listen, backlog: 1024 });
    await once(server.#server, 'listening');
    const { address, port } = server.#server.address() as AddressInfo;
    parts.log.info({ address, port }, 'listening for HTTP');
    return server;
  }

  get isStopping(): boolean {
    return !this.#server.listening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    const closeIdle = setInterval(() => this.#server.closeIdleConnections(), 50);
    const closeAll = setTimeout(() => this.#server.closeAllConnections(), drainMs);
    await closed;
    clearInterval(closeIdle);
    clearTimeout(closeAll);
  }

  #admit(socket: Socket): void {
    this.#connections += 1;
    this.#idle.add(socket);
    socket.once('close', () => {
      this.#connections -= 1;
      this.#idle.delete(socket);
    });
    if (this.#connections <= this.#parts.maxConnections) return;
    const [longestIdle] = this.#idle;
    (longestIdle ?? socket).destroy();
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { socket, headers } = exchange.request;
    exchange.trace = this.#parts.tracing?.request(traceparentOf(headers));
    this.#idle.delete(socket);
    exchange.response.once('close', () => {
      if (!socket.destroyed) this.#idle.add(socket);
    });
    const handler = sendHandlers.get(exchange.path);
    if (handler === undefined) {
      exchange.response.once('close', () => this.#observe(exchange));
      passOn(this.#parts.api, exchange);
      return;
    }
    exchange.route = exchange.path;
    await this.#send(exchange, handler);
    this.#observe(exchange);
  }

  async #send(exchange: Exchange, handler: SendHandler): Promise<void> {
    if (exchange.request.method !== 'POST') {
      refuseMethod(exchange, ['POST']);
      return;
    }
    try {
      await handler(exchange, this.#parts.send);
    } catch (error) {
      this.#parts.log.error({ err: error, requestId: exchange.requestId }, 'a request failed');
      exchange.refuse({ code: 'internal' });
    }
  }

  #observe(exchange: Exchange): void {
    traceRequest(exchange);
    const { request, response, route, startedAtMs } = exchange;
    const key = `${route} ${request.method ?? ''} ${Math.trunc(response.statusCode / 100)}`;
    let cell = this.#durations.get(key);
    if (cell === undefined) {
      cell = this.#parts.metrics.histogram('sendium_http_request_duration_seconds', {
        route,
        method: request.method ?? '',
        status_class: `${Math.trunc(response.statusCode / 100)}xx`,
      });
      this.#durations.set(key, cell);
    }
    cell.observe((performance.now() - startedAtMs) / 1000);
  }
}
