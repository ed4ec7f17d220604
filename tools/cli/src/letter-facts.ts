// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What is in a dead letter, said without texts and numbers. The payload tells: it is what lay on the
 * subject, alone in a batch.
 */
import {
  decodeDeliverBatch,
  decodeDispatchBatch,
  decodeEventBatch,
  decodeInboundBatch,
  decodeSubmitBatch,
  type DeadLetter,
  type DeliverItem,
  type GatewayEvent,
} from '@sendium/contracts';

/** As far as the payload can be read. */
export interface LetterFacts {
  /** For example `report delivered`, `message`, `inbound`; `unreadable` when it cannot be read. */
  readonly content: string;
  readonly account?: string;
  /** The webhook endpoint that it was for. */
  readonly endpoint?: string;
}

interface Reader {
  readonly subject: RegExp;
  readonly read: (octets: Uint8Array) => readonly LetterFacts[];
}

const readers: readonly Reader[] = [
  {
    subject: /^(due\.)?submit\./,
    read: (octets) => decodeSubmitBatch(octets).map(({ message }) => ofMessage(message.account)),
  },
  {
    subject: /^dispatch\./,
    read: (octets) => decodeDispatchBatch(octets).map(({ message }) => ofMessage(message.account)),
  },
  {
    subject: /^(deliver|due)\.(webhook|smpp)\./,
    read: (octets) => decodeDeliverBatch(octets).map(ofDelivery),
  },
  { subject: /^event\./, read: (octets) => decodeEventBatch(octets).events.map(ofEvent) },
  {
    subject: /^inbound\./,
    read: (octets) => decodeInboundBatch(octets).map(() => ({ content: 'inbound' })),
  },
];

const ofMessage = (account: string): LetterFacts => ({ content: 'message', account });

function ofDelivery(item: DeliverItem): LetterFacts {
  const forOne = item.endpoint === undefined ? {} : { endpoint: item.endpoint };
  switch (item.kind) {
    case 'report':
      return { content: `report ${item.status}`, account: item.account, ...forOne };
    case 'received': {
      const { account } = item.message;
      return { content: 'received', ...(account === undefined ? {} : { account }), ...forOne };
    }
    case 'inbound':
      return { content: 'inbound', ...forOne };
    case 'endpoint_test':
      return { content: 'endpoint test', account: item.account, ...forOne };
  }
}

function ofEvent(event: GatewayEvent): LetterFacts {
  const account = 'message' in event ? event.message.account : undefined;
  return { content: `event ${event.kind}`, ...(account === undefined ? {} : { account }) };
}

/** Reads the payload of a dead letter; one that nobody can read is a fact, too. */
export function letterFacts({ subject, payload }: DeadLetter): LetterFacts {
  const account = /^(?:deliver|due)\.(?:webhook|smpp)\.(.+)$/.exec(subject)?.[1];
  const fromSubject = account === undefined ? {} : { account };
  try {
    const reader = readers.find((each) => each.subject.test(subject));
    const [first, ...more] = reader?.read(payload) ?? [];
    if (first === undefined) return { content: 'unreadable', ...fromSubject };
    const content = more.length === 0 ? first.content : `${first.content} and ${more.length} more`;
    return { ...fromSubject, ...first, content };
  } catch {
    return { content: 'unreadable', ...fromSubject };
  }
}
