// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { TransientError, type Publisher } from '@sendium/bus';
import {
  eventChannel,
  dueSubmitChannel,
  type Channel,
  type DeadLetter,
  type GatewayEvent,
  type Intent,
  type Outcome,
  type SubmitItem,
} from '@sendium/contracts';
import type { Lane } from '@sendium/message';

/** What a connector writes about attempts. Each promise resolves when the entry is durable, however long that takes. */
export interface Journal {
  outcome(outcome: Outcome): Promise<void>;
  intent(intent: Intent): Promise<void>;
  /** Gives the item to the router again: at the time, or at once when that is past. */
  passOn(item: SubmitItem, dueAtMs: number): Promise<void>;
  bury(letter: DeadLetter): Promise<void>;
}

/** How the journal reaches the streams. */
export interface JournalPorts {
  readonly publisher: Publisher;
  /** Sets the timer of the message; resolves when it is durable. */
  readonly schedule: (item: SubmitItem, dueAtMs: number) => Promise<void>;
  readonly bury: (letter: DeadLetter) => Promise<void>;
  readonly nowMs: () => number;
  /** Resolves after the time, or at once when the connector gives up. */
  readonly pause: (ms: number) => Promise<void>;
  /** Aborted when the connector gives up what is not yet written. */
  readonly givingUp: AbortSignal;
}

const firstRetryMs = 100;
const longestRetryMs = 5_000;

/**
 * A journal in JetStream. What has no room is offered again until it has some: the window slot that waits
 * for it stays taken meanwhile, so the connector slows down with the stream.
 * @throws {TransientError} only when the connector gives up
 */
export function natsJournal(group: string, producer: string, ports: JournalPorts): Journal {
  const { publisher } = ports;
  const outcomes = eventChannel(group, 'outcome', producer);
  const intents = eventChannel(group, 'intent', producer);
  const due = new Map<Lane, Channel<SubmitItem>>();
  const dueChannel = (lane: Lane): Channel<SubmitItem> => {
    const channel = due.get(lane) ?? dueSubmitChannel(lane, producer);
    due.set(lane, channel);
    return channel;
  };
  const write = (channel: Channel<GatewayEvent>, event: GatewayEvent): Promise<void> =>
    publisher
      .publish(channel, event)
      .catch((error: unknown) => persist(ports, error, () => publisher.publish(channel, event)));
  return {
    outcome: (outcome) => write(outcomes, outcome),
    intent: (intent) => write(intents, intent),
    passOn: (item, dueAtMs) =>
      insist(ports, () =>
        dueAtMs > ports.nowMs()
          ? ports.schedule(item, dueAtMs)
          : publisher.publish(dueChannel(item.message.lane), item),
      ),
    bury: (letter) => insist(ports, () => ports.bury(letter)),
  };
}

async function insist(ports: JournalPorts, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    await persist(ports, error, write);
  }
}

/** Tries again what failed for now, with longer and longer pauses. */
async function persist(
  ports: JournalPorts,
  firstError: unknown,
  write: () => Promise<void>,
): Promise<void> {
  let error = firstError;
  for (let pauseMs = firstRetryMs; ; pauseMs = Math.min(pauseMs * 2, longestRetryMs)) {
    if (!(error instanceof TransientError) || ports.givingUp.aborted) throw error;
    await ports.pause(pauseMs);
    try {
      await write();
      return;
    } catch (next) {
      error = next;
    }
  }
}
