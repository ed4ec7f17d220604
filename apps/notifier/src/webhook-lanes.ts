// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { tellsOwnUrl, wantsReceived, wantsStatus } from '@sendium/configuration';
import type { DeliverItem } from '@sendium/contracts';
import { endpointsOf } from './deferrals.ts';
import { EndpointLane } from './endpoint-lane.ts';
import { HttpCaller } from './http-caller.ts';
import type { NetworkGuard } from './network-guard.ts';
import type { NotifierWork } from './notifier-work.ts';
import type { WebhookTarget } from './webhook-target.ts';

/** An endpoint, and the way to it. */
export interface TargetLane {
  readonly key: string;
  readonly target: WebhookTarget;
  readonly lane: EndpointLane;
  readonly caller: HttpCaller;
}

/** Where an item goes. */
export type Targets =
  /** `missing`: names of endpoints that there are not any more. */
  | {
      readonly kind: 'lanes';
      readonly lanes: readonly TargetLane[];
      readonly missing: readonly string[];
    }
  /** There are too many others at present. */
  | { readonly kind: 'crowded' };

/** Who wants to know. */
export interface LaneHooks {
  readonly onRoom: () => void;
  /** An endpoint that rested works again. */
  readonly onRecovered: (entry: TargetLane) => void;
}

/** The name that stands for the URL of a message itself. */
export const ownUrlName = 'message';

/** What all lanes of an account may hold: less than what its consumers hand out. */
const mostHeld = 800;
const mostOwnUrls = 32;

/** The lanes to the endpoints of one account, and to the URLs that its messages name. */
export class WebhookLanes {
  readonly #work: NotifierWork;
  readonly #hooks: LaneHooks;
  readonly #byName = new Map<string, TargetLane>();
  readonly #ownUrls = new Map<string, TargetLane>();
  #guard: NetworkGuard;

  constructor(work: NotifierWork, guard: NetworkGuard, hooks: LaneHooks) {
    this.#work = work;
    this.#guard = guard;
    this.#hooks = hooks;
  }

  *[Symbol.iterator](): IterableIterator<TargetLane> {
    yield* this.#byName.values();
    yield* this.#ownUrls.values();
  }

  /** The endpoints are these from now on. What waits for one that has gone is given back. */
  adopt(targets: readonly WebhookTarget[], guard: NetworkGuard): void {
    const isOtherGuard = guard !== this.#guard;
    this.#guard = guard;
    for (const [name, known] of this.#byName) {
      if (targets.some((target) => target.name === name)) continue;
      this.#byName.delete(name);
      void retire(known);
    }
    for (const [key, known] of this.#ownUrls) {
      this.#ownUrls.delete(key);
      void retire(known);
    }
    const capacityFor = capacityRule(targets.length);
    for (const target of targets) {
      const known = this.#byName.get(target.name);
      const entry =
        known === undefined
          ? this.#open(target.name, target, capacityFor(target))
          : this.#renew(known, target, capacityFor(target), isOtherGuard);
      this.#byName.set(target.name, entry);
    }
  }

  /** The endpoint as it is now, where it is one of the account's own. */
  current(entry: TargetLane): TargetLane {
    return this.#byName.get(entry.key) ?? entry;
  }

  /** Which endpoints the item is for. */
  targetsOf(item: DeliverItem): Targets {
    const ownUrl = item.kind === 'report' ? item.message?.webhookUrl : undefined;
    if (ownUrl !== undefined) return this.#ownTargets(item, ownUrl);
    const names = endpointsOf(item);
    if (names !== undefined) {
      const lanes = names.flatMap((name) => this.#byName.get(name) ?? []);
      return { kind: 'lanes', lanes, missing: names.filter((name) => !this.#byName.has(name)) };
    }
    const lanes = [...this.#byName.values()].filter(({ target }) => wants(target, item));
    return lanesAlone(...lanes);
  }

  /** Gives back what waits, and after this time also what is under way. */
  async close(graceMs: number): Promise<void> {
    await Promise.all(
      [...this].map(async ({ lane, caller }) => {
        await lane.close(graceMs);
        caller[Symbol.dispose]();
      }),
    );
  }

  #ownTargets(item: DeliverItem, ownUrl: string): Targets {
    const [first] = this.#byName.values();
    const isNone = { kind: 'lanes', lanes: [], missing: [ownUrlName] } as const;
    if (first === undefined || item.kind !== 'report') return isNone;
    const deliveryReport = item.message?.deliveryReport ?? 'none';
    const isWanted = item.endpoint !== undefined || tellsOwnUrl(item.status, deliveryReport);
    if (!isWanted) return lanesAlone();
    const url = parseUrl(ownUrl);
    if (url === undefined) return isNone;
    const target = { ...first.target, name: ownUrlName, url, digest: '' };
    const known = this.#ownUrls.get(url.origin);
    if (known !== undefined) return lanesAlone({ ...known, target });
    if (!this.#makeRoom()) return { kind: 'crowded' };
    const opened = this.#open(`${ownUrlName} ${url.origin}`, target, capacityRule(1)(target));
    this.#ownUrls.set(url.origin, opened);
    return lanesAlone(opened);
  }

  /** Ends the lane that was not used for longest, when there are too many. */
  #makeRoom(): boolean {
    if (this.#ownUrls.size < mostOwnUrls) return true;
    const idle = [...this.#ownUrls].filter(([, { lane }]) => lane.size === 0);
    const [oldest] = idle.sort(([, a], [, b]) => a.lane.lastUsedMs - b.lane.lastUsedMs);
    if (oldest === undefined) return false;
    const [origin, entry] = oldest;
    this.#ownUrls.delete(origin);
    void retire(entry);
    return true;
  }

  #open(key: string, target: WebhookTarget, capacity: number): TargetLane {
    const { nowMs, dice, retryDelaysMs, rest, states } = this.#work;
    const waiting = this.#work.waiting.lane();
    const { concurrency } = target;
    const caller = this.#callerFor(target);
    const current = (): WebhookTarget => this.#byName.get(key)?.target ?? target;
    const isKept = target.name === key;
    const lane = new EndpointLane({
      ...{ concurrency, capacity, retryDelaysMs, rest, nowMs, dice, waiting },
      disabledBecause: () => {
        const state = isKept ? states.of(current()) : undefined;
        if (state?.kind !== 'disabled') return undefined;
        return `the endpoint is switched off: ${state.reason}`;
      },
      onSuccess: () => {
        if (isKept) states.works(current());
      },
      onFailure: (failure, sinceMs, isResting) => {
        if (isKept) judge(states, current(), { failure, sinceMs, isResting, atMs: nowMs() });
      },
      onRecovered: () => this.#hooks.onRecovered(entry),
      onRoom: this.#hooks.onRoom,
    });
    const entry = { key, target, lane, caller };
    return entry;
  }

  #renew(
    known: TargetLane,
    target: WebhookTarget,
    capacity: number,
    isOtherGuard: boolean,
  ): TargetLane {
    const { concurrency, digest, url } = known.target;
    known.lane.adopt({ concurrency: target.concurrency, capacity });
    if (digest !== target.digest) {
      known.lane.forgive();
      this.#hooks.onRecovered(known);
    }
    const isSameWay = url.origin === target.url.origin && concurrency === target.concurrency;
    if (isSameWay && !isOtherGuard) return { ...known, target };
    const { timeoutMs } = known.target;
    setTimeout(() => known.caller[Symbol.dispose](), timeoutMs).unref();
    return { ...known, target, caller: this.#callerFor(target) };
  }

  #callerFor({ url, concurrency }: WebhookTarget): HttpCaller {
    return new HttpCaller(url.protocol === 'https:', concurrency, this.#guard);
  }
}

function lanesAlone(...lanes: readonly TargetLane[]): Targets {
  return { kind: 'lanes', lanes, missing: [] };
}

interface Judged {
  readonly failure: { readonly result: string; readonly reason: string };
  readonly sinceMs: number;
  readonly isResting: boolean;
  readonly atMs: number;
}

/** Failures of so long are told to all, even of an endpoint that is seldom called. */
const tellAfterMs = 60_000;

function judge(states: NotifierWork['states'], target: WebhookTarget, judged: Judged): void {
  const { failure, sinceMs, isResting, atMs } = judged;
  const since = Math.min(sinceMs, states.of(target)?.sinceMs ?? sinceMs);
  if (failure.result === 'gone') states.disable(target, since, 'it answered 410 Gone');
  else if (atMs - since >= target.disableAfterMs) {
    states.disable(target, since, `nothing but failures: ${failure.reason}`);
  } else if (isResting || atMs - since >= tellAfterMs) {
    states.failing(target, since, failure.reason);
  }
}

function capacityRule(lanes: number): (target: WebhookTarget) => number {
  const share = Math.floor(mostHeld / Math.max(1, lanes));
  return ({ concurrency }) => Math.max(concurrency, Math.min(concurrency * 2 + 16, share));
}

function wants(target: WebhookTarget, item: DeliverItem): boolean {
  switch (item.kind) {
    case 'report':
      return wantsStatus(target, item.status, item.message?.deliveryReport ?? 'none');
    case 'received':
      return wantsReceived(target);
    case 'endpoint_test':
      return true;
    case 'inbound':
      return false;
  }
}

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined;
}

/** Lets what is under way end. */
async function retire({ lane, caller, target }: TargetLane): Promise<void> {
  await lane.close(target.timeoutMs);
  caller[Symbol.dispose]();
}
