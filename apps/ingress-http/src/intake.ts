// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { DoorRefusal, SubmitDoor } from '@sendium/bus';
import type { Message, RejectionCode } from '@sendium/message';
import {
  noTracing,
  traceAcceptance,
  type CounterCell,
  type Metrics,
  type RequestTrace,
  type Tracing,
} from '@sendium/telemetry';
import type { Refusal } from './problem.ts';
import type { RecentMessages } from './recent-messages.ts';

/** What the intake works with. */
export interface IntakeParts {
  readonly door: Pick<SubmitDoor, 'accept'>;
  readonly recent: RecentMessages;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
}

const refusals: Readonly<Record<DoorRefusal, Refusal>> = {
  queue_full: { code: 'queue_full', retryAfterS: 1 },
  store_full: { code: 'queue_full', detail: 'The store is full', retryAfterS: 5 },
  overloaded: { code: 'overloaded', retryAfterS: 1 },
  unavailable: { code: 'unavailable', retryAfterS: 1 },
  internal: { code: 'internal' },
};

/** Takes messages in, remembers the youngest and counts. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #accepted = new Map<string, CounterCell>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Resolves when the message is durable, or with the reason why it was not taken. */
  async accept(message: Message, request?: RequestTrace): Promise<Refusal | undefined> {
    const { door, recent, tracing = noTracing } = this.#parts;
    const refusal = await door.accept(message);
    if (refusal !== undefined) return this.refused(refusals[refusal]);
    recent.add(message);
    this.#countAccepted(message.encoding);
    this.#parts.metrics.countAccountMessage(message.account, 'accepted');
    if (tracing.isOn) {
      const by = { kind: 'producer', request, endMs: Date.now() } as const;
      traceAcceptance(tracing, message, by);
    }
    return undefined;
  }

  /** Counts the refusal and gives it back. */
  refused(refusal: Refusal): Refusal {
    const { code }: { readonly code: RejectionCode } = refusal;
    this.#parts.metrics.counter('sendium_messages_rejected_total', { ingress: 'http', code }).inc();
    return refusal;
  }

  #countAccepted(encoding: string): void {
    let cell = this.#accepted.get(encoding);
    if (cell === undefined) {
      const labels = { ingress: 'http', encoding };
      cell = this.#parts.metrics.counter('sendium_messages_accepted_total', labels);
      this.#accepted.set(encoding, cell);
    }
    cell.inc();
  }
}
