// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DeliverItem } from '@sendium/contracts';

/** What SMPP clients are given: a report of a message, or a part of an SMS from a mobile. */
export type SmppItem = Extract<DeliverItem, { readonly kind: 'report' | 'inbound' }>;

/** Whether it is for SMPP clients at all. */
export function isSmppItem(item: DeliverItem): item is SmppItem {
  return item.kind === 'report' || item.kind === 'inbound';
}

/** The message that it is about. */
export function messageIdOf(item: DeliverItem): string {
  switch (item.kind) {
    case 'report':
      return item.messageId;
    case 'inbound':
      return item.part.id;
    case 'received':
      return item.message.id;
    case 'endpoint_test':
      return item.id;
  }
}

/** The destination_addr of its deliver_sm. */
export function destinationOf(item: SmppItem): string {
  return item.kind === 'report' ? item.from.value : item.part.to.value;
}

/** What it tells: a state, or that something was received. */
export function statusOf(item: SmppItem): string {
  return item.kind === 'report' ? item.status : 'received';
}
