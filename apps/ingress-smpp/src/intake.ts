// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { DoorRefusal, SubmitDoor } from '@sendium/bus';
import type { Account } from '@sendium/configuration';
import type { Message, RejectionCode } from '@sendium/message';
import type { RateLimits } from '@sendium/runtime';
import { noTracing, traceAcceptance, type Metrics, type Tracing } from '@sendium/telemetry';

/** What the intake works with. */
export interface IntakeParts {
  readonly door: Pick<SubmitDoor, 'accept'>;
  readonly limits: RateLimits;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
}

const codes: Readonly<Record<DoorRefusal, RejectionCode>> = {
  queue_full: 'queue_full',
  store_full: 'queue_full',
  overloaded: 'overloaded',
  unavailable: 'unavailable',
  internal: 'internal',
};

/** Takes messages in, within the account's rate, and counts. */
export class Intake {
  readonly #parts: IntakeParts;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** Resolves when the message is durable, or with the reason why it was not taken. */
  async accept(message: Message, account: Account): Promise<RejectionCode | undefined> {
    const { door, limits, metrics, tracing = noTracing } = this.#parts;
    if (!limits.allows(account)) return this.refused('rate_limited');
    const refusal = await door.accept(message);
    if (refusal !== undefined) return this.refused(codes[refusal]);
    const labels = { ingress: 'smpp', encoding: message.encoding };
    metrics.counter('sendium_messages_accepted_total', labels).inc();
    metrics.countAccountMessage(message.account, 'accepted');
    traceAcceptance(tracing, message, { kind: 'server', smppCommand: 'submit_sm' });
    return undefined;
  }

  /** Counts the refusal and gives it back. */
  refused(code: RejectionCode): RejectionCode {
    this.#parts.metrics.counter('sendium_messages_rejected_total', { ingress: 'smpp', code }).inc();
    return code;
  }
}
