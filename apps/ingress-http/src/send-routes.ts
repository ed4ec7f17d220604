// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type { Account } from '@sendium/configuration';
import { messageResource } from '@sendium/contracts';
import type { Message, MessageIds } from '@sendium/message';
import type { Clock, Logger, RateLimits } from '@sendium/runtime';
import type { RequestTrace } from '@sendium/telemetry';
import type { Replacement } from '@sendium/text';
import type { ApiKeys } from './api-keys.ts';
import { composeMessage } from './compose-message.ts';
import type { Exchange } from './exchange.ts';
import { toFieldErrors } from './field-error.ts';
import type { Intake } from './intake.ts';
import { discard, readJsonBody, type BodyRoom } from './json-body.ts';
import type { PossibleNumbers } from './possible-numbers.ts';
import { invalidMessage, toProblem, type Refusal } from './problem.ts';
import { batchRequest } from './request-schema.ts';
import type { BatchResults } from './response-schema.ts';

/** What sending works with. */
export interface SendParts {
  readonly keys: ApiKeys;
  readonly intake: Intake;
  readonly ids: MessageIds;
  readonly isPossible: PossibleNumbers;
  readonly bodyRoom: BodyRoom;
  readonly limits: RateLimits;
  readonly clock: Clock;
  readonly log: Logger;
}

const kibibyte = 1024;
/** Octets that a request about one message may have. */
export const maxSingleBytes = 256 * kibibyte;
const maxBatchBytes = 4096 * kibibyte;

/** Answers that the key is missing or unknown, before anything of the body is read. */
export function refuseUnauthorized(exchange: Exchange): void {
  discard(exchange.request);
  exchange.refuse(
    { code: 'unauthorized' },
    { headers: { 'WWW-Authenticate': 'Bearer realm="sendium"' } },
  );
}

/** POST /v1/messages */
export async function sendMessage(exchange: Exchange, parts: SendParts): Promise<void> {
  const { keys, intake, ids, isPossible, clock } = parts;
  const account = keys.accountOf(exchange.authorization);
  if (account === undefined) {
    refuseUnauthorized(exchange);
    return;
  }
  const body = await readBody(exchange, parts, maxSingleBytes);
  if (body === undefined) return;
  const nowMs = clock.nowMs();
  const composed = composeMessage(body, { account, isPossible, id: ids.next(nowMs), nowMs });
  const refusal =
    composed.kind === 'refused'
      ? intake.refused(invalidMessage(composed.errors))
      : await acceptWithin(parts, { account, trace: exchange.trace }, composed.message);
  if (composed.kind === 'composed' && refusal === undefined) {
    const { message } = composed;
    const accepted = { ...messageResource(message), ...told(composed.replacements) };
    exchange.send(202, accepted, { Location: `/v1/messages/${message.id}` });
  } else if (refusal !== undefined) exchange.refuse(refusal);
}

/** What smart encoding changed is told where it changed something. */
function told(replacements: readonly Replacement[]): { replacements?: Replacement[] } {
  return replacements.length === 0 ? {} : { replacements: [...replacements] };
}

const rateLimited: Refusal = { code: 'rate_limited', retryAfterS: 1 };

/** Who sends, and by which request. */
interface Sender {
  readonly account: Account;
  readonly trace: RequestTrace | undefined;
}

/** Accepts the message unless its account sends too fast. */
async function acceptWithin(
  { limits, intake }: SendParts,
  { account, trace }: Sender,
  message: Message,
): Promise<Refusal | undefined> {
  return limits.allows(account) ? intake.accept(message, trace) : intake.refused(rateLimited);
}

/** POST /v1/messages/batch */
export async function sendBatch(exchange: Exchange, parts: SendParts): Promise<void> {
  const account = parts.keys.accountOf(exchange.authorization);
  if (account === undefined) {
    refuseUnauthorized(exchange);
    return;
  }
  const body = await readBody(exchange, parts, maxBatchBytes);
  if (body === undefined) return;
  const parsed = batchRequest.safeParse(body);
  if (!parsed.success) {
    exchange.refuse(parts.intake.refused(invalidMessage(toFieldErrors(parsed.error, body))));
    return;
  }
  // As they came: zod would pass over a key `__proto__` without a word.
  const { defaults } = body as { readonly defaults?: object | null };
  const { messages } = parsed.data;
  const batchId = `bat_${parts.ids.next(parts.clock.nowMs())}`;
  const items = messages.map((item) => withDefaults(item, defaults));
  answerBatch(
    exchange,
    batchId,
    await acceptAll(items, { account, batchId, trace: exchange.trace }, parts),
  );
}

/** The event loop is everybody's: a large batch is checked in slices of so many milliseconds. */
const sliceMs = 10;

async function acceptAll(
  items: readonly unknown[],
  origin: BatchOrigin,
  parts: SendParts,
): Promise<readonly ItemOutcome[]> {
  const outcomes: Promise<ItemOutcome>[] = [];
  let sliceEndMs = performance.now() + sliceMs;
  for (const item of items) {
    outcomes.push(acceptItem(item, origin, parts));
    if (performance.now() < sliceEndMs) continue;
    await setImmediate();
    sliceEndMs = performance.now() + sliceMs;
  }
  return Promise.all(outcomes);
}

async function readBody(
  exchange: Exchange,
  { bodyRoom, intake }: SendParts,
  maxBytes: number,
): Promise<object | undefined> {
  const body = await readJsonBody(exchange.request, exchange.response, bodyRoom, maxBytes);
  if (body.kind === 'object') return body.value;
  if (body.kind === 'refused') exchange.refuse(intake.refused(body.refusal));
  return undefined;
}

/** The item's own fields before the defaults; what is no object is left for the check to refuse. */
function withDefaults(item: unknown, defaults: object | null | undefined): unknown {
  if (defaults == null || typeof item !== 'object' || item === null || Array.isArray(item)) {
    return item;
  }
  return { ...defaults, ...item };
}

interface Accepted {
  readonly message: Message;
  readonly replacements: readonly Replacement[];
}

type ItemOutcome =
  | ({ readonly kind: 'accepted' } & Accepted)
  | { readonly kind: 'refused'; readonly refusal: Refusal };

interface BatchOrigin extends Sender {
  readonly batchId: string;
}

/** Never rejects: what fails for one message must not hide what became of the others. */
async function acceptItem(
  item: unknown,
  origin: BatchOrigin,
  parts: SendParts,
): Promise<ItemOutcome> {
  try {
    return await tryItem(item, origin, parts);
  } catch (error) {
    parts.log.error({ err: error }, 'a message of a batch failed');
    return { kind: 'refused', refusal: parts.intake.refused({ code: 'internal' }) };
  }
}

async function tryItem(
  item: unknown,
  { account, batchId, trace }: BatchOrigin,
  parts: SendParts,
): Promise<ItemOutcome> {
  const { intake, ids, isPossible, clock } = parts;
  const nowMs = clock.nowMs();
  const context = { account, isPossible, id: ids.next(nowMs), nowMs, batchId };
  const composed = composeMessage(item, context);
  if (composed.kind === 'refused') {
    return { kind: 'refused', refusal: intake.refused(invalidMessage(composed.errors)) };
  }
  const { message, replacements } = composed;
  const refusal = await acceptWithin(parts, { account, trace }, message);
  return refusal === undefined
    ? { kind: 'accepted', message, replacements }
    : { kind: 'refused', refusal };
}

function answerBatch(exchange: Exchange, id: string, outcomes: readonly ItemOutcome[]): void {
  const results: BatchResults = outcomes.map((outcome, index) =>
    outcome.kind === 'accepted'
      ? acceptedResult(index, outcome)
      : { index, error: toItemProblem(outcome.refusal) },
  );
  const refusals = outcomes.flatMap((outcome) =>
    outcome.kind === 'refused' ? [outcome.refusal] : [],
  );
  const accepted = outcomes.length - refusals.length;
  if (accepted > 0) {
    exchange.send(202, { id, object: 'batch', accepted, rejected: refusals.length, results });
    return;
  }
  exchange.refuse(refusalOfAll(refusals), { members: { results } });
}

function acceptedResult(index: number, accepted: Accepted): BatchResults[number] {
  const { id, encoding, segments } = accepted.message;
  return { index, id, status: 'accepted', encoding, segments, ...told(accepted.replacements) };
}

function toItemProblem(
  refusal: Refusal,
): Extract<BatchResults[number], { error: unknown }>['error'] {
  const { errors, ...problem } = toProblem(refusal);
  return { ...problem, ...(errors === undefined ? {} : { errors: [...errors] }) };
}

/** Nothing was accepted: come again later if that can help any of them, else mend the messages. */
function refusalOfAll(refusals: readonly Refusal[]): Refusal {
  const retryable = refusals.find(({ retryAfterS }) => retryAfterS !== undefined);
  return retryable ?? { code: 'invalid_request', detail: 'No message of the batch was accepted' };
}
