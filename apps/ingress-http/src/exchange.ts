// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatTraceparent, type RequestTrace } from '@sendium/telemetry';
import { toProblem, type Refusal } from './problem.ts';

const processPrefix = randomBytes(6).toString('hex');
let served = 0;

/** Whether the server that the request came to still lives for long. */
export interface ServerLife {
  readonly isStopping: boolean;
}

/** Whether a header stands there more than once; Node would silently take the first. */
export function isRepeatedHeader({ rawHeaders }: IncomingMessage, lowerCaseName: string): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) count += 1;
  }
  return count > 1;
}

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** In every answer, so that a caller and an operator can speak of the same request. */
  readonly requestId: string;
  readonly startedAtMs = performance.now();
  /** The pattern of the path that serves it; for metrics and traces. */
  route = 'other';
  /** Its span, while requests are traced. */
  trace: RequestTrace | undefined;
  readonly #life: ServerLife;

  constructor(request: IncomingMessage, response: ServerResponse, life: ServerLife) {
    this.#life = life;
    this.request = request;
    this.response = response;
    served += 1;
    this.requestId = `req_${processPrefix}${served.toString(36)}`;
  }

  /** For calls made to answer it. */
  get traceparent(): string | undefined {
    return this.trace?.isSampled === true ? formatTraceparent(this.trace) : undefined;
  }

  /** The path without its query. */
  get path(): string {
    const { url = '' } = this.request;
    const end = url.indexOf('?');
    return end < 0 ? url : url.slice(0, end);
  }

  /** What follows the path. */
  get query(): URLSearchParams {
    const { url = '' } = this.request;
    const start = url.indexOf('?');
    return new URLSearchParams(start < 0 ? '' : url.slice(start));
  }

  /** The credentials; two of them are none. */
  get authorization(): string | undefined {
    if (isRepeatedHeader(this.request, 'authorization')) return undefined;
    return this.request.headers.authorization;
  }

  /** Answers with JSON. */
  send(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.#write(status, 'application/json', body, headers);
  }

  /** Answers with a problem. */
  refuse(
    refusal: Refusal,
    more: {
      readonly headers?: Readonly<Record<string, string>>;
      readonly members?: Readonly<Record<string, unknown>>;
    } = {},
  ): void {
    const where = { instance: this.path, requestId: this.requestId };
    const problem = toProblem(refusal, where);
    const { retryAfterS } = refusal;
    this.#write(
      problem.status,
      'application/problem+json',
      { ...problem, ...more.members },
      {
        ...more.headers,
        ...(retryAfterS === undefined ? {} : { 'Retry-After': String(retryAfterS) }),
      },
    );
  }

  #write(
    status: number,
    contentType: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): void {
    if (this.response.headersSent) return;
    if (this.#life.isStopping) this.response.shouldKeepAlive = false;
    const text = JSON.stringify(body);
    this.response.writeHead(status, {
      'Content-Type': contentType,
      'Content-Length': Buffer.byteLength(text),
      'X-Request-Id': this.requestId,
      ...headers,
    });
    this.#end(this.request.method === 'HEAD' ? '' : text);
  }

  /**
   * A connection that is to be closed is closed when the answer ends. A client that still sends
   * would then be told by a reset, which may overtake the answer: so it may finish first. How much
   * it may send, and for how long, is bounded as for every body.
   */
  #end(text: string): void {
    const { request, response } = this;
    if (request.complete || response.shouldKeepAlive) {
      response.end(text);
      return;
    }
    response.write(text);
    const end = (): unknown => response.end();
    request.once('end', end).once('close', end);
    request.resume();
  }
}
