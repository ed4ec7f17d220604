// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** Everything of the API that need not be as fast as sending: an Express application. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { isRejectionCode, parseMessageId, rejections } from '@sendium/message';
import type { Logger } from '@sendium/runtime';
import type { ApiKeys } from './api-keys.ts';
import type { Exchange } from './exchange.ts';
import type { InboundQueries } from './inbound-queries.ts';
import { discard } from './json-body.ts';
import type { Answer, Asked, MessageQueries } from './message-queries.ts';
import { parsePageQuery } from './page-query.ts';
import { invalidMessage, problemPath } from './problem.ts';
import { refuseUnauthorized } from './send-routes.ts';

/** What the API works with. */
export interface ApiParts {
  readonly keys: ApiKeys;
  readonly queries: MessageQueries;
  readonly inbound: InboundQueries;
  readonly openApi: object;
  readonly log: Logger;
}

const exchanges = new WeakMap<object, Exchange>();

/** Hands the exchange to the application. */
export function passOn(api: Express, exchange: Exchange): void {
  exchanges.set(exchange.response, exchange);
  api(exchange.request, exchange.response);
}

function exchangeOf(response: Response): Exchange {
  const exchange = exchanges.get(response);
  if (exchange === undefined) throw new Error('the request did not come by passOn');
  return exchange;
}

type Handler = (request: Request, response: Response) => Promise<void> | void;

/** The application: questions about messages, the API's description, and what is not served. */
export function createApi(parts: ApiParts): Express {
  const api = express();
  api.disable('x-powered-by').disable('etag');
  api.enable('case sensitive routing').enable('strict routing');
  const { queries, inbound } = parts;
  serve(
    api,
    '/v1/messages/:id',
    ['GET', 'HEAD'],
    ask(parts, (asked) => queries.message(asked)),
  );
  serve(
    api,
    '/v1/messages/:id/events',
    ['GET', 'HEAD'],
    ask(parts, (asked) => queries.events(asked)),
  );
  serve(
    api,
    '/v1/inbound_messages/:id',
    ['GET', 'HEAD'],
    ask(parts, (asked) => inbound.message(asked)),
  );
  serve(
    api,
    '/v1/inbound_messages',
    ['GET', 'HEAD'],
    identified(parts, (account, exchange) => sendPage(account, exchange, inbound)),
  );
  serve(api, '/openapi.json', ['GET', 'HEAD'], (_request, response) =>
    exchangeOf(response).send(200, parts.openApi),
  );
  serve(api, `${problemPath}:code`, ['GET', 'HEAD'], explainProblem);
  api.use((request: Request, response: Response) => refuseNotFound(request, response));
  api.use((error: unknown, _request: Request, response: Response, _next: NextFunction) =>
    refuseFailed(error, parts.log, exchangeOf(response)),
  );
  return api;
}

/** Serves the path by these methods and refuses the others. */
function serve(api: Express, path: string, methods: readonly string[], handler: Handler): void {
  api.all(path, async (request, response) => {
    exchangeOf(response).route = path;
    if (methods.includes(request.method)) await handler(request, response);
    else refuseMethod(exchangeOf(response), methods);
  });
}

/** Answers that the path is served by other methods. */
export function refuseMethod(exchange: Exchange, allowed: readonly string[]): void {
  discard(exchange.request);
  exchange.refuse({ code: 'method_not_allowed' }, { headers: { Allow: allowed.join(', ') } });
}

/** Serves only who has a key. */
function identified(
  { keys }: ApiParts,
  handler: (account: string, exchange: Exchange, request: Request) => Promise<void>,
): Handler {
  return async (request, response) => {
    const exchange = exchangeOf(response);
    const account = keys.accountOf(exchange.authorization);
    if (account === undefined) refuseUnauthorized(exchange);
    else await handler(account.name, exchange, request);
  };
}

function ask<T>(parts: ApiParts, question: (asked: Asked) => Promise<Answer<T>>): Handler {
  return identified(parts, async (account, exchange, request) => {
    const id = parseMessageId(String(request.params['id']));
    if (id === undefined) {
      exchange.refuse({ code: 'not_found', detail: 'This is not the id of a message' });
      return;
    }
    const answer = await question({ account, id, traceparent: exchange.traceparent });
    if (answer.kind === 'found') exchange.send(200, answer.value);
    else exchange.refuse(answer.refusal);
  });
}

async function sendPage(
  account: string,
  exchange: Exchange,
  inbound: InboundQueries,
): Promise<void> {
  const query = parsePageQuery(exchange.query);
  if (query.kind === 'wrong') {
    exchange.refuse(invalidMessage(query.errors));
    return;
  }
  const { limit, cursor } = query;
  const answer = await inbound.page({ account, limit, cursor, traceparent: exchange.traceparent });
  if (answer.kind === 'refused') {
    exchange.refuse(answer.refusal);
    return;
  }
  const next = answer.value.next_cursor;
  const link = `<${exchange.path}?limit=${limit}&cursor=${next ?? ''}>; rel="next"`;
  exchange.send(200, answer.value, next === null ? {} : { Link: link });
}

function explainProblem(request: Request, response: Response): void {
  const exchange = exchangeOf(response);
  const code = String(request.params['code']);
  if (!isRejectionCode(code)) {
    exchange.refuse({ code: 'not_found', detail: 'There is no such code' });
    return;
  }
  const { title, httpStatus, isRetryable } = rejections[code];
  exchange.send(200, { code, title, status: httpStatus, retryable: isRetryable });
}

function refuseNotFound(request: Request, response: Response): void {
  discard(request);
  exchangeOf(response).refuse({ code: 'not_found' });
}

function refuseFailed(error: unknown, log: Logger, exchange: Exchange): void {
  if (error instanceof URIError) {
    exchange.refuse({ code: 'not_found' });
    return;
  }
  log.error({ err: error, requestId: exchange.requestId }, 'a request failed');
  exchange.refuse({ code: 'internal' });
}
