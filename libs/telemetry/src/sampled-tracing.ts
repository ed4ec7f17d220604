// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import type { Recorder } from './recorder.ts';
import { attributes } from './semconv.ts';
import type { Sampling } from './sampling.ts';
import { spanIdOf, type Step } from './steps.ts';
import { formatTraceparent, parseTraceparent, type SpanReference } from './traceparent.ts';
import type { CallTrace, MessageTrace, RequestTrace, StepSpan, Tracing } from './tracing.ts';

/** What tracing is made of. */
export interface TracingParts {
  readonly isSampled: Sampling;
  /** The share of requests without a caller's trace that is recorded. */
  readonly ratio: number;
  /** Whether failures are recorded of messages that are not sampled. */
  readonly keepsFailures: boolean;
  readonly record: Recorder;
  /** Exports what is left, within bounds. */
  readonly close: () => Promise<void>;
}

const randomHex = (octets: number): string => randomBytes(octets).toString('hex');

/** Tracing that is on. */
export class SampledTracing implements Tracing {
  readonly isOn = true;
  readonly #parts: TracingParts;

  constructor(parts: TracingParts) {
    this.#parts = parts;
  }

  message(id: string, isFailure = false): MessageTrace | undefined {
    const { isSampled, keepsFailures, record } = this.#parts;
    if (!isSampled(id) && !(isFailure && keepsFailures)) return undefined;
    return new OneMessage(id, record);
  }

  request(traceparent: string | undefined): RequestTrace {
    const { ratio, record } = this.#parts;
    const caller = parseTraceparent(traceparent);
    const isWanted = caller === undefined ? Math.random() < ratio : caller.isSampled;
    return new OneRequest(caller, isWanted, record);
  }

  call(kind: 'client' | 'server', method: string, parent?: string): CallTrace | undefined {
    const caller = parseTraceparent(parent);
    if (caller?.isSampled !== true) return undefined;
    const startMs = Date.now();
    const span = { traceId: caller.traceId, spanId: randomHex(8) };
    return {
      traceparent: formatTraceparent(span),
      end: (error) => {
        this.#parts.record({
          ...{ ...span, parentSpanId: caller.spanId, name: method, kind, startMs, error },
          attributes: {
            [attributes.rpcSystem]: 'grpc',
            [attributes.rpcMethod]: method,
            [attributes.rpcStatus]: error ?? 'OK',
          },
        });
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.close();
  }
}

class OneMessage implements MessageTrace {
  readonly #id: string;
  readonly #record: Recorder;

  constructor(id: string, record: Recorder) {
    this.#id = id;
    this.#record = record;
  }

  reference(step: Step): SpanReference {
    return { traceId: this.#id, spanId: spanIdOf(this.#id, step) };
  }

  record({ step, parent, ...facts }: StepSpan): void {
    const { traceId, spanId } = this.reference(step);
    const rootId = this.#id.slice(16);
    const parentSpanId = parent === undefined ? rootId : spanIdOf(this.#id, parent);
    this.#record({
      ...{ ...facts, name: step.name, traceId, spanId },
      attributes: { ...facts.attributes, [attributes.messageId]: this.#id },
      parentSpanId: spanId === rootId ? undefined : parentSpanId,
    });
  }
}

class OneRequest implements RequestTrace {
  readonly #caller: SpanReference | undefined;
  readonly #isWanted: boolean;
  readonly #record: Recorder;
  // Made when somebody asks: of most requests nobody does.
  #traceId: string | undefined;
  #spanId: string | undefined;
  #links: SpanReference[] | undefined;

  constructor(caller: SpanReference | undefined, isWanted: boolean, record: Recorder) {
    this.#caller = caller;
    this.#isWanted = isWanted;
    this.#record = record;
  }

  get traceId(): string {
    return (this.#traceId ??= this.#caller?.traceId ?? randomHex(16));
  }

  get spanId(): string {
    return (this.#spanId ??= randomHex(8));
  }

  get isSampled(): boolean {
    return this.#isWanted || this.#links !== undefined;
  }

  link(reference: SpanReference): void {
    this.#links ??= [];
    this.#links.push(reference);
  }

  end(name: string, facts: Parameters<RequestTrace['end']>[1]): void {
    if (!this.isSampled) return;
    const { traceId, spanId } = this;
    const links = this.#links ?? [];
    this.#record({ ...facts, name, traceId, spanId, parentSpanId: this.#caller?.spanId, links });
  }
}
