// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Bus, BusLog, Publisher } from '@sendium/bus';
import type { Metrics, Tracing } from '@sendium/telemetry';
import { AccountDeliveries, type DeliveryWork } from './account-deliveries.ts';
import type { ReceivingBind } from './receiving-binds.ts';
import { createDeliveryMetrics } from './delivery-metrics.ts';

export interface ClientDeliveriesOptions {
  readonly bus: Bus;
  /** Takes what is given back; dispose of it after this. */
  readonly publisher: Publisher;
  readonly producer: string;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  readonly log: BusLog;
  readonly configuration: DeliveryWork['configuration'];
  readonly nowMs: () => number;
  /** How long that waits which a client puts off. Default 10 s, doubling to 5 min. */
  readonly putOff?: DeliveryWork['putOff'];
}

/**
 * Gives the accounts that are bound here for receiving their reports and SMS. An account's queue is read only
 * while it has such a bind here, so that every replica reads what it can give.
 */
export class ClientDeliveries implements AsyncDisposable {
  readonly #work: DeliveryWork;
  readonly #accounts = new Map<string, AccountDeliveries>();
  readonly #ending = new Set<Promise<void>>();

  constructor({ metrics, ...options }: ClientDeliveriesOptions) {
    const putOff = { firstMs: 10_000, mostMs: 300_000 };
    this.#work = { putOff, ...options, metrics: createDeliveryMetrics(metrics) };
  }

  /** A receiving bind has come: its bind is answered, its session takes requests. */
  attach(bind: ReceivingBind): void {
    const { name } = bind.account;
    const account = this.#accounts.get(name) ?? new AccountDeliveries(name, this.#work);
    this.#accounts.set(name, account);
    account.add(bind);
  }

  /** It has gone, or is about to: it is given nothing more; what it has been given may still be answered. */
  detach(bind: ReceivingBind): void {
    const { name } = bind.account;
    const account = this.#accounts.get(name);
    if (account === undefined) return;
    account.remove(bind);
    if (account.binds === 0) this.#end(name, account);
  }

  /** Waits for the answers under way, gives back the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const [name, account] of this.#accounts) this.#end(name, account);
    await Promise.all(this.#ending);
  }

  #end(name: string, account: AccountDeliveries): void {
    this.#accounts.delete(name);
    const ending = account[Symbol.asyncDispose]().catch((err: unknown) => {
      this.#work.log.error({ err, account: name }, 'reports and SMS were not given back in order');
    });
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }
}
