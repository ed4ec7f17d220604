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
    const { isSampled, record } = this.#parts;
    const caller = parseTraceparent(traceparent);
    if (caller !== undefined) {
      const { traceId, spanId: parentSpanId } = caller;
      return new OneRequest({ traceId, parentSpanId, isSampled: caller.isSampled }, record);
    }
    const traceId = randomHex(16);
    return new OneRequest({ traceId, isSampled: isSampled(traceId) }, record);
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

interface RequestIds {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly isSampled: boolean;
}

class OneRequest implements RequestTrace {
  readonly traceId: string;
  readonly #parentSpanId: string | undefined;
  readonly #links: SpanReference[] = [];
  readonly #record: Recorder;
  readonly #isWanted: boolean;
  #spanId: string | undefined;

  constructor({ traceId, parentSpanId, isSampled }: RequestIds, record: Recorder) {
    this.traceId = traceId;
    this.#parentSpanId = parentSpanId;
    this.#isWanted = isSampled;
    this.#record = record;
  }

  /** Made when somebody asks: of most requests nobody does. */
  get spanId(): string {
    return (this.#spanId ??= randomHex(8));
  }

  get isSampled(): boolean {
    return this.#isWanted || this.#links.length > 0;
  }

  link(reference: SpanReference): void {
    this.#links.push(reference);
  }

  end(name: string, facts: Parameters<RequestTrace['end']>[1]): void {
    if (!this.isSampled) return;
    const { traceId, spanId } = this;
    const links = this.#links;
    this.#record({ ...facts, name, traceId, spanId, parentSpanId: this.#parentSpanId, links });
  }
}
