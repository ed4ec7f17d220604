// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { RejectionCode } from '@sendium/message';
import type { z } from 'zod';

/** One thing wrong with one field; `pointer` is a JSON pointer as a URI fragment (RFC 6901, 6). */
export interface FieldError {
  readonly pointer: string;
  readonly code: RejectionCode;
  readonly detail: string;
}

/** The pointer to a value within the body; half a surrogate pair in a name is shown as U+FFFD. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const tokens = path.map((key) =>
    encodeURIComponent(String(key).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  return ['#', ...tokens].join('/');
}

/** One thing wrong with a field of the body itself. */
export function refuse(field: string, code: RejectionCode, detail: string): FieldError {
  return { pointer: pointerTo([field]), code, detail };
}

/** Everything that a schema found wrong with a body. */
export function toFieldErrors(error: z.ZodError, body: unknown): readonly FieldError[] {
  return error.issues.flatMap((issue) => fromIssue(issue, body));
}

function fromIssue(issue: z.core.$ZodIssue, body: unknown): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      code: 'unknown_field',
      detail: 'there is no such field',
    }));
  }
  const pointer = pointerTo(issue.path);
  if (issue.code === 'invalid_type') {
    return valueAt(body, issue.path) === undefined
      ? [{ pointer, code: 'required', detail: 'is required' }]
      : [{ pointer, code: 'invalid_type', detail: `must be of type ${issue.expected}` }];
  }
  const detail = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return [{ pointer, code: 'invalid_value', detail: detail ?? 'is not allowed here' }];
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    body,
  );
}
