// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isFinal, rankOf, type DeliveryReport, type MessageStatus } from '@sendium/message';
import type { WebhookEndpoint } from './webhook-schema.ts';

/**
 * Whether an endpoint is told that a message came to this state: by its name always, by `final` as far as
 * the message asked. Nobody is told that a message was accepted or scheduled: the answer said so.
 */
export function wantsStatus(
  { events }: Pick<WebhookEndpoint, 'events'>,
  status: MessageStatus,
  deliveryReport: DeliveryReport,
): boolean {
  if (deliveryReport === 'none' || rankOf(status) <= rankOf('scheduled')) return false;
  if (events.has('all')) return true;
  if (events.has('final') && isAskedFor(status, deliveryReport)) return true;
  return (events as ReadonlySet<string>).has(`message.${status}`);
}

/** Whether the URL that a message names itself is told that it came to this state. */
export function tellsOwnUrl(status: MessageStatus, deliveryReport: DeliveryReport): boolean {
  return wantsStatus(ownUrl, status, deliveryReport);
}

/** Whether an endpoint is told of SMS from mobiles. */
export function wantsReceived({ events }: Pick<WebhookEndpoint, 'events'>): boolean {
  return events.has('all') || events.has('message.received');
}

const ownUrl: Pick<WebhookEndpoint, 'events'> = { events: new Set(['final']) };

function isAskedFor(status: MessageStatus, deliveryReport: DeliveryReport): boolean {
  return deliveryReport === 'all' || isFinal(status);
}
