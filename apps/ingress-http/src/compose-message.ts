// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * From the fields of a request to a message, or to everything that is wrong with them at once:
 * what the schema found, and what can be said about the fields that it did not object to.
 */
import { allowsSender, type Account } from '@sendium/configuration';
import {
  parseRecipient,
  parseSender,
  type Address,
  type Lane,
  type Message,
  type MessageId,
} from '@sendium/message';
import type { Replacement } from '@sendium/text';
import { pointerTo, refuse, toFieldErrors, type FieldError } from './field-error.ts';
import { contentFields, contentOf, type Content } from './message-content.ts';
import type { PossibleNumbers } from './possible-numbers.ts';
import { maxScheduleDays, messageRequest, type MessageFields } from './request-schema.ts';

/** What a message is made with besides its fields. */
export interface ComposeContext {
  readonly account: Account;
  readonly isPossible: PossibleNumbers;
  readonly id: MessageId;
  readonly nowMs: number;
  readonly batchId?: string;
}

/** A message ready to be published, or why there is none. */
export type Composed =
  | {
      readonly kind: 'composed';
      readonly message: Message;
      /** What smart encoding changed of the text; empty unless it was asked for. */
      readonly replacements: readonly Replacement[];
    }
  | { readonly kind: 'refused'; readonly errors: readonly FieldError[] };

/** Makes a message of what came as JSON. */
export function composeMessage(body: unknown, context: ComposeContext): Composed {
  const parsed = messageRequest.safeParse(body);
  if (parsed.success) return compose(parsed.data, context, unseenErrors(body));
  const errors = [...toFieldErrors(parsed.error, body), ...unseenErrors(body)];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { kind: 'refused', errors };
  }
  return compose(body as MessageFields, context, errors);
}

/** zod passes over a key `__proto__` in a record without a word: it must be refused like others. */
function unseenErrors(body: unknown): readonly FieldError[] {
  const metadata = (body as { readonly metadata?: unknown } | null)?.metadata;
  if (typeof metadata !== 'object' || metadata === null) return [];
  if (!Object.hasOwn(metadata, '__proto__')) return [];
  const pointer = pointerTo(['metadata', '__proto__']);
  return [{ pointer, code: 'invalid_value', detail: 'is not allowed as a name' }];
}

function compose(
  fields: MessageFields,
  context: ComposeContext,
  shapeErrors: readonly FieldError[],
): Composed {
  const errors = [...shapeErrors];
  const wrong = new Set(shapeErrors.map(({ pointer }) => pointer.split('/')[1]));
  /** The value, unless its fields are known to be wrong or turn out to be. */
  const settle = <T extends object>(
    names: readonly string[],
    make: () => T | FieldError,
  ): T | undefined => {
    if (names.some((name) => wrong.has(name))) return undefined;
    const made = make();
    if (!('pointer' in made)) return made;
    errors.push(made);
    return undefined;
  };
  const to = settle(['to'], () => recipientOf(fields, context.isPossible));
  const from = settle(['from'], () => senderOf(fields, context.account));
  const content = settle(contentFields, () => contentOf(fields, context.account));
  const time = settle(['send_at'], () => sendTimeOf(fields, context.nowMs));
  settle(['webhook_url'], () => webhookOf(fields, context.account));
  if (errors.length > 0 || !to || !from || !content || !time) return { kind: 'refused', errors };
  const { replacements, ...rest } = content;
  const message = assemble(fields, context, { to, from, content: rest, time });
  return { kind: 'composed', message, replacements };
}

interface Parts {
  readonly to: Address;
  readonly from: Address;
  readonly content: Omit<Content, 'replacements'>;
  readonly time: SendTime;
}

/** Empty for at once. */
interface SendTime {
  readonly sendAtMs?: number;
}

const lanes: Readonly<Record<NonNullable<MessageFields['priority']>, Lane>> = {
  high: 'priority',
  normal: 'normal',
  bulk: 'bulk',
};
const noMetadata: Readonly<Record<string, string>> = Object.freeze({});

function assemble(fields: MessageFields, context: ComposeContext, parts: Parts): Message {
  const { account, id, nowMs, batchId } = context;
  const { time, content } = parts;
  const validityMs =
    typeof fields.validity_period === 'number' ? fields.validity_period * 1000 : account.validityMs;
  return {
    id,
    account: account.name,
    lane: lanes[fields.priority ?? 'normal'],
    to: parts.to,
    from: parts.from,
    ...content,
    acceptedAtMs: nowMs,
    ...time,
    expiresAtMs: (time.sendAtMs ?? nowMs) + validityMs,
    deliveryReport: fields.delivery_report ?? 'final',
    ...(fields.client_reference == null ? {} : { clientReference: fields.client_reference }),
    metadata: fields.metadata ?? noMetadata,
    ...(fields.webhook_url == null ? {} : { webhookUrl: fields.webhook_url }),
    ...(batchId === undefined ? {} : { batchId }),
    origin: { ingress: 'http' },
  };
}

function recipientOf({ to }: MessageFields, isPossible: PossibleNumbers): Address | FieldError {
  const address = parseRecipient(to);
  if (address === undefined) {
    return refuse('to', 'recipient_invalid', 'must be an international number, +447700900123');
  }
  if (isPossible(address.value)) return address;
  return refuse('to', 'recipient_invalid', 'no number has this beginning and length');
}

const senderForms =
  'an international number, a short code, or up to 11 GSM characters with a letter';

function senderOf({ from }: MessageFields, account: Account): Address | FieldError {
  if (from == null) {
    return account.defaultSender ?? refuse('from', 'sender_required', 'the account has no default');
  }
  const sender = parseSender(from);
  if (sender === undefined) return refuse('from', 'sender_invalid', `must be ${senderForms}`);
  if (allowsSender(account, sender)) return sender;
  return refuse('from', 'sender_not_allowed', 'is none of the senders of the account');
}

/** What goes to a URL of the message's own is signed with the secrets of the account's first webhook. */
function webhookOf({ webhook_url: url }: MessageFields, { webhooks }: Account): object {
  if (url == null || webhooks.length > 0) return {};
  return refuse('webhook_url', 'webhook_not_configured', 'needs a webhook of the account');
}

/** A clock that is a little off, or a request that took its time, is no reason to refuse. */
const toleratedPastMs = 5 * 60_000;

function sendTimeOf({ send_at: text }: MessageFields, nowMs: number): SendTime | FieldError {
  if (text == null) return {};
  const sendAtMs = Date.parse(text);
  if (sendAtMs > nowMs + maxScheduleDays * 86_400_000) {
    return refuse('send_at', 'schedule_invalid', `is more than ${maxScheduleDays} days ahead`);
  }
  if (sendAtMs > nowMs) return { sendAtMs };
  if (sendAtMs > nowMs - toleratedPastMs) return {};
  return refuse('send_at', 'schedule_invalid', 'is in the past');
}
