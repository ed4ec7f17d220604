// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the services see of tracing. Spans are recorded when they are over, so nothing has to be carried
 * along; a message that is not sampled costs one comparison, and nothing at all while tracing is off.
 */
import type { Step } from './steps.ts';
import type { SpanReference } from './traceparent.ts';

/** What a span is to others (OpenTelemetry, SpanKind). */
export type SpanKind = 'server' | 'client' | 'producer' | 'consumer';

/** By name; only names of `semconv.ts` leave the process. What is undefined is left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What every span says. Times are milliseconds since 1970, fractions allowed. */
export interface SpanFacts {
  readonly kind: SpanKind;
  readonly startMs: number;
  /** Now, when left out. */
  readonly endMs?: number;
  readonly attributes: SpanAttributes;
  /** It did not succeed, for this reason: a word of a closed vocabulary, never a text. */
  readonly error?: string | undefined;
  readonly links?: readonly SpanReference[];
}

/** One step of a message's way. */
export interface StepSpan extends SpanFacts {
  readonly step: Step;
  /** Left out: the root of the trace. */
  readonly parent?: Step;
}

/** The trace of a message that is sampled. */
export interface MessageTrace {
  /** Records a step that is over. */
  record(span: StepSpan): void;
  /** For links to a step. */
  reference(step: Step): SpanReference;
}

/** The span of a request that is under way; ended once. */
export interface RequestTrace extends SpanReference {
  /** Whether it will be recorded, as things stand. */
  readonly isSampled: boolean;
  /** A message of the request is sampled: so the request is as well, and shows the message. */
  link(reference: SpanReference): void;
  end(name: string, facts: Omit<SpanFacts, 'links'>): void;
}

/** The span of a remote call that is under way; ended once. */
export interface CallTrace {
  /** For the other side. */
  readonly traceparent: string;
  end(error?: string): void;
}

/** The tracing of a process. */
export interface Tracing extends AsyncDisposable {
  readonly isOn: boolean;
  /**
   * The trace of the message, undefined when it is not sampled.
   *
   * @param id the message's id: 32 lowercase hex digits
   * @param isFailure what is to be recorded is a failure: kept without regard to sampling where the
   *   operator has asked for that
   */
  message(id: string, isFailure?: boolean): MessageTrace | undefined;
  /** A request begins, as part of its caller's trace (W3C header) or of a new one. */
  request(traceparent: string | undefined): RequestTrace | undefined;
  /** A call of a remote procedure begins, within the trace named; undefined when that is not sampled. */
  call(kind: 'client' | 'server', method: string, parent?: string): CallTrace | undefined;
}

/** Tracing that is off. */
export const noTracing: Tracing = {
  isOn: false,
  message: () => undefined,
  request: () => undefined,
  call: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

let offsetMs = Date.now() - performance.now();

/**
 * Milliseconds since 1970 of a reading of the monotonic clock, with its fractions: the spans of one
 * process keep their order. Follows the wall clock when that is set.
 */
export function epochMsOf(monotonicMs: number): number {
  const offsetNow = Date.now() - performance.now();
  if (Math.abs(offsetNow - offsetMs) > 2) offsetMs = offsetNow;
  return offsetMs + monotonicMs;
}
