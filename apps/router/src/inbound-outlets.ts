// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { QueueFullError, type Publisher } from '@sendium/bus';
import {
  deadLetterChannel,
  deliverChannel,
  encodeDeliverBatch,
  encodeInboundBatch,
  eventChannel,
  subjects,
  type DeadLetter,
  type DeliverItem,
  type DeliverKind,
  type InboundMessage,
  type ReceivedMessage,
} from '@sendium/contracts';

/** Where the router puts what follows from an SMS of a mobile. Each resolves when it is durable. */
export interface InboundOutlets {
  /** To the application; to DEAD where its queue is full, so that it holds nobody up. */
  deliver(way: DeliverKind, account: string, item: DeliverItem): Promise<void>;
  /** To DEAD: no rule gives it to anyone. Replayed, it is routed by the rules of then. */
  keep(part: InboundMessage): Promise<void>;
  /** The tracker hears of it. */
  tell(group: string, received: ReceivedMessage, atMs: number): Promise<void>;
}

/** What the outlets stand on. */
export interface InboundOutletsOptions {
  readonly publisher: Publisher;
  readonly producer: string;
  readonly nowMs: () => number;
  /** A dead letter is durable. */
  readonly onBuried: (origin: string) => void;
}

/** Of what no rule wants, and of what an application has no room for. */
const origins = { unmatched: 'inbound', full: 'inbound-deliveries' } as const;

/** The outlets on JetStream. */
export function createInboundOutlets(options: InboundOutletsOptions): InboundOutlets {
  const { publisher, producer, nowMs, onBuried } = options;
  const bury = async (letter: Omit<DeadLetter, 'atMs'>): Promise<void> => {
    await publisher.publish(deadLetterChannel(letter.origin), { ...letter, atMs: nowMs() });
    onBuried(letter.origin);
  };
  return {
    deliver: async (way, account, item) => {
      const channel = deliverChannel(way, account, producer);
      try {
        await publisher.publish(channel, item);
      } catch (error) {
        if (!(error instanceof QueueFullError)) throw error;
        await bury({
          origin: origins.full,
          reason: error.message,
          subject: channel.subject,
          messageId: messageIdOf(item),
          payload: encodeDeliverBatch([item], producer),
        });
      }
    },
    keep: (part) =>
      bury({
        origin: origins.unmatched,
        reason: 'no rule gives it to anyone',
        subject: subjects.inbound(part.connector),
        messageId: part.id,
        payload: encodeInboundBatch([part], producer),
      }),
    tell: (group, received, atMs) =>
      publisher.publish(eventChannel(group, 'received', producer), {
        kind: 'received',
        atMs,
        received,
      }),
  };
}

function messageIdOf(item: DeliverItem): string {
  if (item.kind === 'inbound') return item.part.id;
  if (item.kind === 'received') return item.message.id;
  return item.kind === 'report' ? item.messageId : item.id;
}
