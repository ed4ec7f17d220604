// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { openBucket, type Bus, type BusLog, type KeyValueBucket } from '@sendium/bus';
import {
  buckets,
  decodeEndpointState,
  encodeEndpointState,
  endpointKey,
  type EndpointState,
} from '@sendium/contracts';
import type { WebhookTarget } from './webhook-target.ts';

type Endpoint = Pick<WebhookTarget, 'account' | 'name' | 'digest'>;

interface Known {
  readonly state: EndpointState;
  /** Undefined while what we wrote is not stored yet. */
  readonly revision: number | undefined;
}

/** What all replicas know of the endpoints that do not work; written only when that changes. */
export class EndpointStates implements AsyncDisposable {
  readonly #bucket: KeyValueBucket;
  readonly #log: BusLog;
  readonly #known = new Map<string, Known>();
  #watch: AsyncDisposable | undefined;

  private constructor(bus: Bus, log: BusLog) {
    this.#bucket = openBucket(bus, buckets.endpoints);
    this.#log = log;
  }

  /** Knows them once it resolves. */
  static async follow(bus: Bus, log: BusLog): Promise<EndpointStates> {
    const states = new EndpointStates(bus, log);
    states.#watch = await states.#bucket.watch('>', (entry, key) => {
      const state = entry === undefined ? undefined : decodeEndpointState(entry.value);
      if (state === undefined) states.#known.delete(key);
      else states.#known.set(key, { state, revision: entry?.revision });
    });
    return states;
  }

  /** What is known of it; undefined when it works, or is another one than that which did not. */
  of({ account, name, digest }: Endpoint): EndpointState | undefined {
    const state = this.#known.get(endpointKey(account, name))?.state;
    return state?.digest === digest ? state : undefined;
  }

  /** Every call fails since then. */
  failing(endpoint: Endpoint, sinceMs: number, reason: string): void {
    if (this.of(endpoint) !== undefined) return;
    const { account, name } = endpoint;
    this.#log.warn({ account, endpoint: name, reason }, 'a webhook endpoint fails');
    this.#put(endpoint, { kind: 'failing', sinceMs, reason, digest: endpoint.digest });
  }

  /** It is not to be called any more. */
  disable(endpoint: Endpoint, sinceMs: number, reason: string): void {
    if (this.of(endpoint)?.kind === 'disabled') return;
    const { account, name } = endpoint;
    this.#log.error({ account, endpoint: name, reason }, 'a webhook endpoint was switched off');
    this.#put(endpoint, { kind: 'disabled', sinceMs, reason, digest: endpoint.digest });
  }

  /** A call was taken: it does not fail any more. What was switched off stays so. */
  works(endpoint: Endpoint): void {
    if (this.of(endpoint)?.kind !== 'failing') return;
    const { account, name } = endpoint;
    const key = endpointKey(account, name);
    const revision = this.#known.get(key)?.revision;
    this.#log.info({ account, endpoint: name }, 'a webhook endpoint works again');
    this.#known.delete(key);
    this.#bucket.delete(key, revision).catch((err: unknown) => this.#onLost(endpoint, err));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
  }

  #put(endpoint: Endpoint, state: EndpointState): void {
    const key = endpointKey(endpoint.account, endpoint.name);
    this.#known.set(key, { state, revision: undefined });
    this.#bucket
      .put(key, encodeEndpointState(state))
      .catch((err: unknown) => this.#onLost(endpoint, err));
  }

  #onLost({ account, name: endpoint }: Endpoint, err: unknown): void {
    this.#log.warn({ err, account, endpoint }, 'the state of a webhook endpoint was not stored');
  }
}
