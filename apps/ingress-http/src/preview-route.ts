// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { composeMessage } from './compose-message.ts';
import type { Exchange } from './exchange.ts';
import { readJsonBody } from './json-body.ts';
import type { MessagePreviews } from './message-previews.ts';
import { invalidMessage } from './problem.ts';
import { maxSingleBytes, refuseUnauthorized, type SendParts } from './send-routes.ts';

/** What previewing works with. */
export interface PreviewParts extends Pick<
  SendParts,
  'keys' | 'ids' | 'isPossible' | 'bodyRoom' | 'clock'
> {
  readonly previews: MessagePreviews;
}

/** POST /v1/messages/preview */
export async function previewMessage(exchange: Exchange, parts: PreviewParts): Promise<void> {
  const { keys, ids, isPossible, bodyRoom, clock, previews } = parts;
  const account = keys.accountOf(exchange.authorization);
  if (account === undefined) {
    refuseUnauthorized(exchange);
    return;
  }
  const { request, response } = exchange;
  const body = await readJsonBody(request, response, bodyRoom, maxSingleBytes);
  if (body.kind === 'refused') exchange.refuse(body.refusal);
  if (body.kind !== 'object') return;
  const nowMs = clock.nowMs();
  const composed = composeMessage(body.value, { account, isPossible, id: ids.next(nowMs), nowMs });
  if (composed.kind === 'refused') {
    exchange.refuse(invalidMessage(composed.errors));
    return;
  }
  const answer = await previews.preview(composed);
  if (answer.kind === 'found') exchange.send(200, answer.value);
  else exchange.refuse(answer.refusal);
}
