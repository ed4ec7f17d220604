// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { FollowedConfiguration } from '@sendium/bus';
import type { Metrics } from '@sendium/telemetry';
import { AccountWebhooks } from './account-webhooks.ts';
import {
  followEndpoints,
  type DirectoryOptions,
  type WebhookAccounts,
} from './endpoint-directory.ts';
import { createNetworkGuard, type NetworkGuard } from './network-guard.ts';
import type { NotifierWork } from './notifier-work.ts';

/**
 * Tells applications by webhook. The queues of an account are read while it has an endpoint; of one that
 * has none, or has left the configuration, what waits stays where it is until it comes back.
 */
export class Notifier implements AsyncDisposable {
  readonly #work: NotifierWork;
  readonly #accounts = new Map<string, AccountWebhooks>();
  readonly #ending = new Set<Promise<void>>();
  #networks = '';
  #guard: NetworkGuard = createNetworkGuard([]);
  #isEnding = false;

  constructor(work: NotifierWork) {
    this.#work = work;
  }

  /** Follows the configuration from now on. */
  follow(
    configuration: Pick<FollowedConfiguration, 'current' | 'onChange'>,
    options: DirectoryOptions,
  ): void {
    followEndpoints(configuration, options, (accounts, { webhookNetworks }) => {
      this.#adopt(accounts, webhookNetworks);
    });
  }

  /** Sets the gauges whenever somebody looks. */
  observe(metrics: Metrics): void {
    const waiting = metrics.gauge('sendium_webhook_waiting', {});
    const inFlight = metrics.gauge('sendium_webhook_in_flight', {});
    const resting = metrics.gauge('sendium_webhook_endpoints_resting', {});
    const disabled = metrics.gauge('sendium_webhook_endpoints_disabled', {});
    metrics.beforeRender(() => {
      const lanes = [...this.#accounts.values()].flatMap((account) => [...account.lanes]);
      const count = (of: (entry: (typeof lanes)[number]) => number): number =>
        lanes.reduce((sum, entry) => sum + of(entry), 0);
      waiting.set(count(({ lane }) => lane.size - lane.inFlight));
      inFlight.set(count(({ lane }) => lane.inFlight));
      resting.set(count(({ lane }) => Number(lane.isResting)));
      const { states } = this.#work;
      disabled.set(count(({ target }) => Number(states.of(target)?.kind === 'disabled')));
    });
  }

  /** Waits a moment for the calls under way, gives back the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    for (const [name, account] of this.#accounts) this.#end(name, account);
    await Promise.all(this.#ending);
  }

  #adopt(accounts: WebhookAccounts, networks: readonly string[]): void {
    if (this.#isEnding) return;
    if (networks.join() !== this.#networks) {
      this.#networks = networks.join();
      this.#guard = createNetworkGuard(networks);
    }
    for (const [name, account] of this.#accounts) {
      if (!accounts.has(name)) this.#end(name, account);
    }
    for (const [name, targets] of accounts) {
      const known = this.#accounts.get(name);
      if (known !== undefined) known.adopt(targets, this.#guard);
      else this.#accounts.set(name, new AccountWebhooks(name, this.#work, targets, this.#guard));
    }
  }

  #end(name: string, account: AccountWebhooks): void {
    this.#accounts.delete(name);
    const ending = account[Symbol.asyncDispose]().catch((err: unknown) => {
      this.#work.log.error({ err, account: name }, 'webhooks were not given back in order');
    });
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }
}
