// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  messageResource,
  type MessageResource,
  type MessageServiceService,
} from '@sendium/contracts';
import { RpcError, type GrpcClient } from '@sendium/grpc';
import type { Message, MessageId } from '@sendium/message';
import type { Logger } from '@sendium/runtime';
import { acceptedEvents, fromRecord, toEvents } from './message-resource.ts';
import type { Refusal } from './problem.ts';
import type { RecentMessages } from './recent-messages.ts';
import type { EventsResource } from './response-schema.ts';

/** An answer to a question about a message, or why there is none. */
export type Answer<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Whose message. */
export interface Asked {
  readonly account: string;
  readonly id: MessageId;
  /** The span of the question, where one is recorded. */
  readonly traceparent?: string | undefined;
}

type TrackerClient = GrpcClient<typeof MessageServiceService>;

const notFound: Refusal = { code: 'not_found', detail: 'The account has no such message' };

/** The tracker is behind: to deny the message now might be to deny one that was accepted. */
const notHeardOf: Refusal = {
  code: 'unavailable',
  detail: 'Not everything of that time is known yet',
  retryAfterS: 1,
};

/** What became of messages: the tracker knows, and of the very young ones this process itself. */
export class MessageQueries {
  readonly #calls: TrackerClient['calls'];
  readonly #recent: RecentMessages;
  readonly #log: Logger;

  constructor(client: TrackerClient, recent: RecentMessages, log: Logger) {
    this.#calls = client.calls;
    this.#recent = recent;
    this.#log = log;
  }

  /** The message as far as it is known. */
  async message(asked: Asked): Promise<Answer<MessageResource>> {
    return this.#ask(
      asked,
      (message) => messageResource(message),
      async () => {
        const { record } = await this.#calls.getMessage(asked, { traceparent: asked.traceparent });
        return record === undefined ? undefined : fromRecord(record);
      },
    );
  }

  /** What happened to the message. */
  async events(asked: Asked): Promise<Answer<EventsResource>> {
    return this.#ask(asked, acceptedEvents, async () =>
      toEvents(
        (await this.#calls.listMessageEvents(asked, { traceparent: asked.traceparent })).events,
      ),
    );
  }

  async #ask<T>(
    { account, id }: Asked,
    fromRecent: (message: Message) => T,
    fromTracker: () => Promise<T | undefined>,
  ): Promise<Answer<T>> {
    let refusal = notFound;
    try {
      const value = await fromTracker();
      if (value !== undefined) return { kind: 'found', value };
    } catch (error) {
      refusal = this.#toRefusal(error);
    }
    // Who cannot say anything may know more than we do.
    if (refusal !== notFound && refusal !== notHeardOf) return { kind: 'refused', refusal };
    const message = this.#recent.find(account, id);
    if (message === undefined) return { kind: 'refused', refusal };
    return { kind: 'found', value: fromRecent(message) };
  }

  #toRefusal(error: unknown): Refusal {
    if (error instanceof RpcError) {
      if (error.status === 'not_found') return notFound;
      if (error.status === 'failed_precondition') return notHeardOf;
      this.#log.warn({ status: error.status }, 'the tracker did not answer a question');
      if (error.isRetryable) return { code: 'unavailable', retryAfterS: 1 };
    } else this.#log.error({ err: error }, 'an answer of the tracker could not be used');
    return { code: 'internal' };
  }
}
