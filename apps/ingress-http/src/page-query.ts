// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** Which page of a list a request asks for. */
import { parseMessageId, type MessageId } from '@sendium/message';
import type { FieldError } from './field-error.ts';

/** How many entries a page has, unless it is asked for fewer; and how many it has at most. */
export const pageSize = { usual: 50, most: 200 } as const;

/** A page, or what is wrong with the question. */
export type PageQuery =
  | { readonly kind: 'page'; readonly limit: number; readonly cursor: string | undefined }
  | { readonly kind: 'wrong'; readonly errors: readonly FieldError[] };

/** Reads `limit` and `cursor`; anything else is an error: a filter that is not there would be ignored. */
export function parsePageQuery(query: URLSearchParams): PageQuery {
  const errors: FieldError[] = [];
  for (const name of new Set(query.keys())) {
    if (!['limit', 'cursor'].includes(name))
      errors.push(wrong(name, 'unknown_field', 'there is no such parameter'));
    else if (query.getAll(name).length > 1)
      errors.push(wrong(name, 'invalid_value', 'is given more than once'));
  }
  const limit = limitOf(query.get('limit'));
  if (limit === undefined) {
    errors.push(wrong('limit', 'invalid_value', `must be a number from 1 to ${pageSize.most}`));
  }
  const cursor = cursorOf(query.get('cursor'));
  if (cursor === 'wrong')
    errors.push(wrong('cursor', 'invalid_value', 'is no cursor of this list'));
  if (errors.length > 0 || limit === undefined || cursor === 'wrong')
    return { kind: 'wrong', errors };
  return { kind: 'page', limit, cursor };
}

function limitOf(text: string | null): number | undefined {
  if (text === null) return pageSize.usual;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= pageSize.most ? limit : undefined;
}

function cursorOf(text: string | null): MessageId | undefined | 'wrong' {
  return text === null ? undefined : (parseMessageId(text) ?? 'wrong');
}

function wrong(name: string, code: FieldError['code'], detail: string): FieldError {
  return { pointer: `#/${name}`, code, detail };
}
