// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  inboundMessageResource,
  receivedFromWire,
  type InboundMessageResource,
  type InboundMessageServiceService,
} from '@sendium/contracts';
import { RpcError, type GrpcClient } from '@sendium/grpc';
import type { MessageId } from '@sendium/message';
import type { Logger } from '@sendium/runtime';
import type { Answer } from './message-queries.ts';
import type { Refusal } from './problem.ts';

/** SMS from mobiles, the newest first. */
export interface InboundPage {
  readonly data: readonly InboundMessageResource[];
  /** Gives what is older; null when this was the last page. */
  readonly next_cursor: string | null;
}

/** Which page. */
export interface PageAsked {
  readonly account: string;
  readonly limit: number;
  readonly cursor: string | undefined;
  /** The span of the question, where one is recorded. */
  readonly traceparent?: string | undefined;
}

type Client = GrpcClient<typeof InboundMessageServiceService>;

/** What came in for an account: the tracker knows. */
export class InboundQueries {
  readonly #calls: Client['calls'];
  readonly #log: Logger;

  constructor(client: Client, log: Logger) {
    this.#calls = client.calls;
    this.#log = log;
  }

  /** One page of the account's SMS from mobiles. */
  page({ account, limit, cursor = '', traceparent }: PageAsked): Promise<Answer<InboundPage>> {
    return this.#ask(async () => {
      const request = { account, limit, cursor };
      const { messages, nextCursor } = await this.#calls.listInboundMessages(request, {
        traceparent,
      });
      return {
        data: messages.map((message) => inboundMessageResource(receivedFromWire(message))),
        next_cursor: nextCursor === '' ? null : nextCursor,
      };
    });
  }

  /** One SMS from a mobile. */
  message(asked: {
    readonly account: string;
    readonly id: MessageId;
    readonly traceparent?: string | undefined;
  }): Promise<Answer<InboundMessageResource>> {
    return this.#ask(async () => {
      const { message } = await this.#calls.getInboundMessage(asked, {
        traceparent: asked.traceparent,
      });
      return inboundMessageResource(receivedFromWire(message));
    });
  }

  async #ask<T>(question: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { kind: 'found', value: await question() };
    } catch (error) {
      return { kind: 'refused', refusal: this.#toRefusal(error) };
    }
  }

  #toRefusal(error: unknown): Refusal {
    if (!(error instanceof RpcError)) {
      this.#log.error({ err: error }, 'an answer of the tracker could not be used');
      return { code: 'internal' };
    }
    if (error.status === 'not_found') {
      return { code: 'not_found', detail: 'The account has no such message' };
    }
    this.#log.warn({ status: error.status }, 'the tracker did not answer a question');
    return error.isRetryable ? { code: 'unavailable', retryAfterS: 1 } : { code: 'internal' };
  }
}
