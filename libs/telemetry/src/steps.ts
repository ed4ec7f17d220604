// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The steps of a message's way, each a span of its trace. A step's span id is a digest of the message id
 * and of what tells the step apart, so that any service knows the id of any step without having been told,
 * hours later, and a step that is taken again after a crash is the same span again.
 */
import { hash } from 'node:crypto';
import { spans } from './semconv.ts';

/** What names a span within the trace of one message. */
export interface Step {
  readonly name: string;
  /** What tells it apart from others of its name. */
  readonly key: readonly (string | number)[];
}

const accept: Step = { name: spans.accept, key: [] };
const receive: Step = { name: spans.receive, key: [] };

/** Every step there is. */
export const steps = {
  /** A message was taken from an application: the root of its trace. */
  accept,
  /** An SMS of a mobile was taken from a carrier: the root of its trace. */
  receive,
  /** The router's decision for an attempt; `more` where it decides more than once before it dispatches. */
  route: (attempt: number, ...more: readonly (string | number)[]): Step => ({
    name: spans.route,
    key: [attempt, ...more],
  }),
  /** A part was submitted; `more` for submissions before the last one of the same attempt. */
  submit: (attempt: number, part: number, ...more: readonly (string | number)[]): Step => ({
    name: spans.submit,
    key: [attempt, part, ...more],
  }),
  /** A receipt told this state of a part. */
  receipt: (attempt: number, part: number, state: string): Step => ({
    name: spans.receipt,
    key: [attempt, part, state],
  }),
  /** The application was told, by `way` (webhook or smpp), for the `tries`th time. */
  notify: (way: string, endpoint: string, what: string, tries: number): Step => ({
    name: spans.notify,
    key: [way, endpoint, what, tries],
  }),
} as const;

/** The span id of a step, 16 lowercase hex digits. The root's is bytes 8 to 15 of the message id. */
export function spanIdOf(messageId: string, step: Step): string {
  if (step.name === accept.name || step.name === receive.name) return messageId.slice(16);
  // No field can hold the separator: they are numbers, or words and names of the configuration.
  const digest = hash('sha256', [messageId, step.name, ...step.key].join(' '), 'hex').slice(0, 16);
  // All zeros is the one id that is none.
  return digest === '0000000000000000' ? '0000000000000001' : digest;
}
