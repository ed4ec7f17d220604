// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Calls of one endpoint over HTTP. Invariants:
 * H1  A call ends: connected within its time, over within the whole time, whatever the receiver does.
 * H2  What is read of an answer is bounded; where there is more the connection is cut.
 * H3  No redirect is followed, no proxy of the environment is used, no address is called that the guard
 *     refuses.
 */
import {
  Agent,
  request as requestPlain,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as TlsAgent, request as requestTls } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { outcomeOfStatus, type CallFailure, type CallOutcome } from './call-outcome.ts';
import { RefusedAddressError, type NetworkGuard } from './network-guard.ts';
import { retryAfterMs } from './retry-plan.ts';

/** One call. */
export interface HttpCall {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const mostAnswerOctets = 64 * 1024;
const mostConnectMs = 5000;
const idleSocketMs = 30_000;
const mostStale = 3;
const stale: CallFailure = { kind: 'failed', result: 'unreachable', reason: 'ECONNRESET' };

/** Posts to one endpoint over connections that it keeps. */
export class HttpCaller implements Disposable {
  readonly #guard: NetworkGuard;
  readonly #agent: Agent;
  readonly #isTls: boolean;

  /** @param concurrency connections at the same time */
  constructor(isTls: boolean, concurrency: number, guard: NetworkGuard) {
    const options = { keepAlive: true, maxSockets: concurrency, timeout: idleSocketMs };
    this.#agent = isTls ? new TlsAgent(options) : new Agent(options);
    this.#isTls = isTls;
    this.#guard = guard;
  }

  /** Posts; never throws. */
  post(call: HttpCall): Promise<CallOutcome> {
    const host = call.url.hostname.replace(/^\[|\]$/g, '');
    try {
      if (isIP(host) !== 0) this.#guard.check(host);
    } catch (error) {
      return Promise.resolve(failureOf(error));
    }
    return this.#sendAgainWhileStale(call, host);
  }

  async #sendAgainWhileStale(call: HttpCall, host: string): Promise<CallOutcome> {
    for (let tries = 0; ; tries++) {
      const outcome = await new Promise<CallOutcome>((resolve) => this.#send(call, host, resolve));
      if (outcome !== stale || tries === mostStale) return outcome;
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #optionsFor({ url, headers, body }: HttpCall, host: string): RequestOptions {
    return {
      ...{ host, path: url.pathname + url.search, method: 'POST', agent: this.#agent },
      ...(url.port === '' ? {} : { port: url.port }),
      headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
      lookup: this.#guard.lookup,
    };
  }

  #send(call: HttpCall, host: string, resolve: (outcome: CallOutcome) => void): void {
    const { body, timeoutMs, signal } = call;
    const request = (this.#isTls ? requestTls : requestPlain)(this.#optionsFor(call, host));
    const ended = (outcome: CallOutcome): void => {
      clearTimeout(timer);
      clearTimeout(connecting);
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    const cut = (outcome: CallOutcome): void => {
      ended(outcome);
      request.destroy();
    };
    const abort = (): void => cut({ kind: 'aborted' });
    const timer = setTimeout(() => cut(timedOut(`no answer within ${timeoutMs} ms`)), timeoutMs);
    let connecting: NodeJS.Timeout | undefined;
    signal.addEventListener('abort', abort, { once: true });
    request.on('socket', (socket) => {
      if (!socket.connecting) return;
      const late = timedOut(`not connected within ${mostConnectMs} ms`);
      connecting = setTimeout(() => cut(late), mostConnectMs);
      onceConnected(socket, this.#isTls, () => clearTimeout(connecting));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The receiver closed a connection that was kept, just as the call began: it has not seen it.
      const isStale = request.reusedSocket && error.code === 'ECONNRESET';
      ended(isStale ? stale : failureOf(error));
    });
    request.on('response', (response) => readAnswer(response, ended, cut));
    if (signal.aborted) abort();
    else request.end(body);
  }
}

function onceConnected(socket: Socket, isTls: boolean, connected: () => void): void {
  socket.once(isTls ? 'secureConnect' : 'connect', connected);
}

function readAnswer(
  response: IncomingMessage,
  ended: (outcome: CallOutcome) => void,
  cut: (outcome: CallOutcome) => void,
): void {
  const after = retryAfterMs(response.headers['retry-after'], Date.now());
  const outcome = outcomeOfStatus(response.statusCode ?? 0, after);
  let octets = 0;
  response.on('data', (chunk: Buffer) => {
    octets += chunk.length;
    if (octets > mostAnswerOctets) cut(outcome);
  });
  response.on('end', () => ended(outcome));
  response.on('error', (error) => ended(failureOf(error)));
}

function timedOut(reason: string): CallFailure {
  return { kind: 'failed', result: 'timeout', reason };
}

function failureOf(error: unknown): CallFailure {
  if (error instanceof RefusedAddressError) {
    return { kind: 'failed', result: 'refused', reason: error.message };
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return { kind: 'failed', result: 'unreachable', reason: code ?? message };
}
