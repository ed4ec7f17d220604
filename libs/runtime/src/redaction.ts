// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What must not reach a log line unless the operator turned it on: numbers, texts, credentials.
 *
 * Two nets. By name: the value of a field that usually holds such a thing is masked wherever it
 * stands. By form: the words of an error, which may quote input, lose everything that looks like a
 * phone number. Neither replaces care at the place that logs.
 */
const mask = '***';
const maxDepth = 6;

const hiddenNames: ReadonlySet<string> = new Set([
  ...['to', 'from', 'msisdn', 'number', 'phone', 'recipient', 'destination', 'sender'],
  ...['source_addr', 'destination_addr', 'sourceaddr', 'destinationaddr'],
  ...['text', 'body', 'payload', 'short_message', 'shortmessage', 'message_payload', 'udh'],
  ...['authorization', 'cookie', 'password', 'secret', 'token', 'key', 'api_key', 'apikey'],
]);

const numberLike = /(?<![\w.])\+?\d{7,15}(?![\w.])/g;

/** Masks what looks like a phone number. */
export function maskNumbers(text: string): string {
  return text.replace(numberLike, mask);
}

/** A copy of the fields of a log line with everything hidden that must not be seen. */
export function redactFields(fields: object): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value).map(([name, member]) => {
    const isHidden = hiddenNames.has(name.toLowerCase()) && !isHarmless(member);
    return [name, isHidden ? mask : redactValue(member, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}

/** A state such as `from: undefined` tells nothing about anybody. */
function isHarmless(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'boolean';
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (depth >= maxDepth || ArrayBuffer.isView(value)) return mask;
  if (Array.isArray(value)) return value.map((member) => redactValue(member, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return value;
  return redactObject(value, depth);
}

/** An error as fields: what it is, what it says (numbers masked), its own facts and its cause. */
export function describeError(error: Error, depth = 0): Record<string, unknown> {
  const { name, message, stack, cause, ...facts } = error;
  const inner = error instanceof AggregateError ? { errors: error.errors } : {};
  return {
    type: name === 'Error' ? error.constructor.name : name,
    message: maskNumbers(message),
    ...(stack === undefined ? {} : { stack: maskNumbers(stack) }),
    ...(depth >= maxDepth ? {} : redactObject({ ...facts, ...inner }, depth)),
    ...(cause === undefined || depth >= maxDepth ? {} : { cause: redactValue(cause, depth + 1) }),
  };
}
