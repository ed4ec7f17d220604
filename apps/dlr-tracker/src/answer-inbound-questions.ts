// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  InboundMessageServiceService,
  decodeReceived,
  receivedToWire,
  type ListInboundMessagesRequest,
  type ListInboundMessagesResponse,
} from '@sendium/contracts';
import { RpcError, serve, type ServedService } from '@sendium/grpc';
import { parseMessageId } from '@sendium/message';
import { StoreError, type MessageStore, type StoredInbound } from '@sendium/store';

const mostListed = 200;

/** "What came in?", answered from what is durable. */
export function answerInboundQuestions(store: MessageStore): ServedService {
  return serve(InboundMessageServiceService, {
    listInboundMessages: (request) => answered(() => list(request, store)),
    getInboundMessage: ({ account, id }) =>
      answered(async () => {
        const found = await store.findInbound(parseMessageId(id) ?? '');
        if (found?.account !== account) {
          throw new RpcError('not_found', 'The account has no such message.');
        }
        return { message: toWire(found) };
      }),
  });
}

async function list(
  { account, limit, cursor }: ListInboundMessagesRequest,
  store: MessageStore,
): Promise<ListInboundMessagesResponse> {
  const before = parseMessageId(cursor);
  if (cursor !== '' && before === undefined) {
    throw new RpcError('invalid_argument', 'This is no cursor of this service.');
  }
  const wanted = Math.min(mostListed, Math.max(1, limit));
  const page = { account, ...(before === undefined ? {} : { before }), limit: wanted + 1 };
  const found = await store.listInbound(page);
  const listed = found.slice(0, wanted);
  const nextCursor = found.length > wanted ? (listed.at(-1)?.id ?? '') : '';
  return { messages: listed.map(toWire), nextCursor };
}

function toWire({ octets }: StoredInbound) {
  return receivedToWire(decodeReceived(octets));
}

/** @throws {RpcError} the store does not answer */
async function answered<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    throw new RpcError('unavailable', 'The store does not answer.', { cause });
  }
}
