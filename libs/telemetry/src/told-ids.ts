// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { IdGenerator } from '@opentelemetry/sdk-trace';

/**
 * Gives the SDK the ids that it is told right before it asks for them. Telling and asking happen in one
 * synchronous turn, so no other span comes between.
 */
export class ToldIds implements IdGenerator {
  #traceId = '';
  #spanId = '';

  /** The next span is this one. */
  tell(traceId: string, spanId: string): void {
    this.#traceId = traceId;
    this.#spanId = spanId;
  }

  generateTraceId(): string {
    return this.#traceId;
  }

  generateSpanId(): string {
    return this.#spanId;
  }
}
