// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toProblem, type Refusal } from './problem.ts';

const processPrefix = randomBytes(6).toString('hex');
let served = 0;

/** Whether the server that the request came to still lives for long. */
export interface ServerLife {
  readonly isStopping: boolean;
}

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** In every answer, so that a caller and an operator can speak of the same request. */
  readonly requestId: string;
  readonly startedAtMs = performance.now();
  readonly #life: ServerLife;

  constructor(request: IncomingMessage, response: ServerResponse, life: ServerLife) {
    this.#life = life;
    this.request = request;
    this.response = response;
    served += 1;
    this.requestId = `req_${processPrefix}${served.toString(36)}`;
  }

  /** The path without its query. */
  get path(): string {
    const { url = '' } = this.request;
    const end = url.indexOf('?');
    return end < 0 ? url : url.slice(0, end);
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
    this.response.end(this.request.method === 'HEAD' ? undefined : text);
  }
}
