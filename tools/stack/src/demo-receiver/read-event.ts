// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { IncomingHttpHeaders } from 'node:http';

import { Webhook } from 'standardwebhooks';

/** What came in one call: enough to count and to compare, without text and numbers. */
export interface ReceivedEvent {
  /** 1-based, in the order of arrival. */
  readonly number: number;
  readonly atMs: number;
  /** For example `message.delivered`; empty when the body tells none. */
  readonly type: string;
  readonly messageId: string;
  readonly sequence: number | null;
  readonly webhookId: string;
  readonly signature: 'holds' | 'fails';
  /** Why it fails. */
  readonly reason?: string;
  /** The status that the call was answered with. */
  readonly answered: number;
}

/** A call as it came. */
export interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Body {
  readonly type?: unknown;
  readonly data?: {
    readonly message?: { readonly id?: unknown };
    readonly sequence?: unknown;
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Checks the signature by the package that receivers use. */
function verdictOn({ headers, body }: Call, secret: string) {
  const own = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('webhook-')),
  ) as Record<string, string>;
  try {
    new Webhook(secret).verify(body, own);
    return { signature: 'holds' } as const;
  } catch (error) {
    return { signature: 'fails', reason: error instanceof Error ? error.message : '' } as const;
  }
}

/** Reads a call, whatever it is. */
export function readEvent(
  call: Call,
  secret: string,
): Omit<ReceivedEvent, 'number' | 'atMs' | 'answered'> {
  const { type, data } = parsed(call.body);
  const { message, sequence } = data ?? {};
  return {
    type: textOf(type),
    messageId: textOf(message?.id),
    sequence: typeof sequence === 'number' ? sequence : null,
    webhookId: textOf(call.headers['webhook-id']),
    ...verdictOn(call, secret),
  };
}
