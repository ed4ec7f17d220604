// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  encodeReceived,
  type GatewayEvent,
  type Outcome,
  type ReceiptReceived,
} from '@sendium/contracts';
import type { MessageId } from '@sendium/message';
import {
  carrierKey,
  receiptDigest,
  receiptKeys,
  type Fact,
  type IdFormats,
  type OutcomeFact,
} from '@sendium/receipts';
import type { ParkedReceipt, StoredInbound } from '@sendium/store';

/**
 * One thing that the tracker is told: a fact of a known message, a receipt that has to find its own, or an
 * SMS from a mobile.
 */
export type Telling =
  | { readonly kind: 'fact'; readonly messageId: MessageId; readonly fact: Fact }
  | { readonly kind: 'receipt'; readonly receipt: ParkedReceipt }
  | { readonly kind: 'inbound'; readonly inbound: StoredInbound };

/** How the carrier of a connector writes its ids. */
export type FormatsOf = (connector: string) => IdFormats;

/** What an event of a group tells; undefined when it tells nothing of a message's way. */
export function toTelling(
  event: GatewayEvent,
  group: string,
  formatsOf: FormatsOf,
): Telling | undefined {
  switch (event.kind) {
    case 'receipt':
      return { kind: 'receipt', receipt: toReceipt(event, group, formatsOf(event.connector)) };
    case 'intent':
      return undefined;
    case 'received': {
      const { id, account = '' } = event.received;
      const octets = encodeReceived(event.received);
      return { kind: 'inbound', inbound: { id, account, octets } };
    }
    case 'notified': {
      const { atMs, messageId, way, endpoint, status } = event;
      return { kind: 'fact', messageId, fact: { kind: 'notified', atMs, way, endpoint, status } };
    }
    case 'outcome':
      return {
        kind: 'fact',
        messageId: event.messageId,
        fact: toOutcome(
          event,
          carrierKey(group, event.carrierMessageId, formatsOf(event.connector)),
        ),
      };
    case 'routed':
    case 'scheduled':
    case 'concluded':
      return { kind: 'fact', messageId: event.messageId, fact: toFact(event) };
  }
}

type Told = Extract<GatewayEvent, { kind: 'routed' | 'scheduled' | 'concluded' }>;

function toFact(event: Told): Fact {
  const { atMs, message } = event;
  switch (event.kind) {
    case 'routed': {
      const { attempt, route, connector } = event;
      return { kind: 'routed', atMs, message, attempt, route, connector };
    }
    case 'scheduled':
      return { kind: 'scheduled', atMs, message, dueAtMs: event.dueAtMs };
    case 'concluded': {
      const { conclusion, code, attempt } = event;
      return { kind: 'concluded', atMs, message, conclusion, code, attempt };
    }
  }
}

function toOutcome(event: Outcome, key: string): OutcomeFact {
  return {
    kind: 'outcome',
    atMs: event.atMs,
    attempt: event.attempt,
    part: event.part,
    parts: event.parts,
    connector: event.connector,
    result: event.result,
    commandStatus: event.commandStatus,
    carrierMessageId: event.carrierMessageId,
    carrierKey: key,
    destination: event.destination,
    ...(event.code === undefined ? {} : { code: event.code }),
    ...(event.encoding === undefined ? {} : { encoding: event.encoding }),
  };
}

function toReceipt(event: ReceiptReceived, group: string, formats: IdFormats): ParkedReceipt {
  const { atMs, connector, carrierMessageIds, recipient, state, stat, error, doneDate } = event;
  const { networkError } = event;
  const receipt = {
    kind: 'receipt' as const,
    ...{
      atMs,
      connector,
      carrierMessageId: carrierMessageIds[0] ?? '',
      state,
      stat,
      error,
      doneDate,
    },
    ...(networkError === undefined ? {} : { networkError }),
  };
  return {
    id: `${group}/${recipient}/${carrierMessageIds.join(' ')}/${receiptDigest(receipt)}`,
    keys: receiptKeys(group, carrierMessageIds, formats),
    ...{ group, recipient, carrierMessageIds, receipt },
  };
}
