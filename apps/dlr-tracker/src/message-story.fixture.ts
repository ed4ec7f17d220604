// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { GatewayEvent } from '@sendium/contracts';
import type { Message } from '@sendium/message';
import { autoFormats, type Fact } from '@sendium/receipts';
import { toTelling, type Telling } from './telling.ts';
import { outcomeEvent, receiptEvent, routedEvent } from './tracker.fixture.ts';

/** What happens to a message, and the facts that it is in the end. */
export interface MessageStory {
  readonly events: readonly GatewayEvent[];
  readonly facts: readonly Fact[];
}

/** What an event of the group `carrier` tells. */
export function tell(event: GatewayEvent): Telling {
  const telling = toTelling(event, 'carrier', () => autoFormats);
  if (telling === undefined) throw new Error(`${event.kind} tells nothing`);
  return telling;
}

/** All that happens to a message of two parts whose second part is retried; and what it comes to. */
export function storyOf(message: Message): MessageStory {
  const at = (ms: number) => ({ atMs: message.acceptedAtMs + ms });
  const part = (number: number) => ({ part: number, parts: 2 });
  const id = (number: number) => `${message.id.slice(20)}${number}`;
  const retried = { result: 'retry' as const, commandStatus: 0x14, carrierMessageId: '' };
  const events = [
    routedEvent(message, at(1)),
    outcomeEvent(message, { ...at(2), ...part(1), carrierMessageId: id(1) }),
    outcomeEvent(message, { ...at(3), ...part(2), ...retried }),
    routedEvent(message, { ...at(4), attempt: 1 }),
    outcomeEvent(message, { ...at(5), ...part(2), attempt: 1, carrierMessageId: id(2) }),
    receiptEvent(message, {
      ...at(6),
      carrierMessageIds: [id(1)],
      state: 'enroute',
      stat: 'ENROUTE',
    }),
    receiptEvent(message, { ...at(7), carrierMessageIds: [id(1)] }),
    receiptEvent(message, { ...at(8), carrierMessageIds: [id(2)], connector: 'second' }),
  ];
  const parts: Readonly<Record<string, object>> = {
    [id(1)]: { attempt: 0, part: 1 },
    [id(2)]: { attempt: 1, part: 2 },
  };
  const facts = events.map((event): Fact => {
    const told = tell(event);
    if (told.kind === 'fact') return told.fact;
    if (told.kind === 'inbound') throw new Error('no part of a message’s story');
    const { receipt } = told.receipt;
    return { ...receipt, ...parts[receipt.carrierMessageId] } as Fact;
  });
  return { events, facts };
}
