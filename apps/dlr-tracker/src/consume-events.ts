// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  listSubjects,
  TransientError,
  type BatchConsumer,
  type FollowedConfiguration,
} from '@sendium/bus';
import { streams } from '@sendium/contracts';
import { gatewayGroup } from '@sendium/message';
import { pause, type Logger } from '@sendium/runtime';
import { consumeGroup, type GroupWork } from './consume-group.ts';
import { every } from './every.ts';

/** How often the stream is looked at for groups that no configuration names any more. */
const lookEveryMs = 60_000;
const retryMs = 1000;

export interface EventsWork extends GroupWork {
  readonly configuration: FollowedConfiguration;
  readonly log: Logger;
}

/** The groups that are read, and an end to it. */
export interface EventReaders extends AsyncDisposable {
  readonly groups: readonly string[];
}

/**
 * Reads the events of every group: those of the configuration, from the moment it names them, and those
 * that the stream holds events of. A group that was once read is read on: its messages are still under way.
 */
export function consumeEvents(work: EventsWork): EventReaders {
  const readers = new Map<string, Promise<BatchConsumer | undefined>>();
  const begun = new Set<string>();
  const ended = new AbortController();
  const begin = (group: string): void => {
    if (ended.signal.aborted || readers.has(group)) return;
    const reading = beginReading(group, work, ended.signal);
    readers.set(group, reading);
    void reading.then((reader) => reader !== undefined && begun.add(group));
  };
  const beginAll = (): void => {
    for (const group of [gatewayGroup, ...work.configuration.current.groups]) begin(group);
  };
  beginAll();
  const stopListening = work.configuration.onChange(beginAll);
  const looking = every(
    lookEveryMs,
    async () => {
      for (const subject of await listSubjects(work.bus, streams.events)) {
        begin(subject.split('.')[1] ?? gatewayGroup);
      }
    },
    work.log,
  );
  return {
    get groups() {
      return [...begun];
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      stopListening();
      await looking[Symbol.asyncDispose]();
      const stopping = [...readers.values()].map(async (reading) => {
        await (await reading)?.[Symbol.asyncDispose]();
      });
      await Promise.all(stopping);
    },
  };
}

/** Undefined when the service stops before it has begun. */
async function beginReading(
  group: string,
  work: EventsWork,
  ended: AbortSignal,
): Promise<BatchConsumer | undefined> {
  while (!ended.aborted) {
    try {
      return await consumeGroup(group, work);
    } catch (error) {
      if (!(error instanceof TransientError)) work.log.error({ err: error, group }, 'cannot read');
      await pause(retryMs, ended);
    }
  }
  return undefined;
}
