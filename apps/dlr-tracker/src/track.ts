// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Bus, FollowedConfiguration, Publisher } from '@sendium/bus';
import { gatewayGroup } from '@sendium/message';
import { autoFormats } from '@sendium/receipts';
import type { Clock, Logger, Scope } from '@sendium/runtime';
import type { MessageStore } from '@sendium/store';
import type { Metrics, Tracing } from '@sendium/telemetry';
import type { Arrivals } from './arrivals.ts';
import { consumeEvents } from './consume-events.ts';
import { every } from './every.ts';
import { GroupCommit } from './group-commit.ts';
import { keepHouse } from './housekeeping.ts';
import { Ledger, type Step } from './ledger.ts';
import { publishReports } from './publish-reports.ts';
import { RecentMessages } from './recent-messages.ts';
import type { Keeping } from './settings.ts';
import { countReports, countSteps, countUnmatched } from './tracker-metrics.ts';
import { traceReceipts } from './trace-receipts.ts';
import { trimEvents } from './trim-events.ts';

/** Messages in memory, of about two kilobytes each. What comes later is read from the store. */
const recentMessages = 10_000;
const tellingsPerWrite = 4096;
const trimEveryMs = 60_000;

/** What following messages stands on. */
export interface TrackWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly configuration: FollowedConfiguration;
  readonly producer: string;
  readonly store: MessageStore;
  readonly arrivals: Arrivals;
  readonly keeping: Keeping;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Whose events are read, those included whose reading is only to begin. */
export interface Tracking {
  readonly groups: () => readonly string[];
}

/** Follows all messages: reads events, keeps house, trims the stream. */
export function track(scope: Scope, work: TrackWork): Tracking {
  const { store, configuration, keeping, metrics, log, clock, arrivals } = work;
  const nowMs = (): number => clock.nowMs();
  const count = countSteps(metrics);
  const trace = traceReceipts(work.tracing);
  const onSteps = (steps: readonly Step[]): void => {
    arrivals.tell(steps.map(({ messageId }) => messageId));
    count(steps);
    trace(steps);
  };
  const report = publishReports({ ...work, nowMs, onReport: countReports(metrics) });
  const recent = new RecentMessages(recentMessages, nowMs());
  const ledger = new Ledger(store, recent, nowMs, report);
  const commit = new GroupCommit({ ledger, maxTellings: tellingsPerWrite, onSteps });
  const formatsOf = (connector: string) =>
    configuration.current.connectors.get(connector)?.idFormat ?? autoFormats;
  const keeper = { ...work, commit, nowMs };
  const houseWork = { ...keeper, onUnmatched: countUnmatched(metrics) };
  scope.use(every(keeping.sweepEveryMs, (signal) => keepHouse(houseWork, signal), log));
  const readers = scope.use(consumeEvents({ ...keeper, formatsOf }));
  const trim = { ...keeper, keptMs: keeping.eventsKeptMs };
  const trimAll = async (): Promise<void> => {
    for (const group of readers.groups) {
      await trimEvents(group, trim).catch((err: unknown) => {
        log.warn({ err, group }, 'events cannot be trimmed now');
      });
    }
  };
  scope.use(every(Math.min(trimEveryMs, keeping.sweepEveryMs * 6), trimAll, log));
  const named = (): readonly string[] => [gatewayGroup, ...configuration.current.groups];
  return { groups: () => [...new Set([...named(), ...readers.groups])] };
}
