// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  inboundMessageResource,
  messageResource,
  type DeliverItem,
  type InboundMessageResource,
  type MessageResource,
  type Report,
} from '@sendium/contracts';
import { TerminalError } from '@sendium/bus';
import { isFinal, rankOf } from '@sendium/message';
import { thinResource } from './thin-resource.ts';

type Resource = MessageResource | InboundMessageResource;

/** The bodies of one item, each made when it is first asked for. */
export class WebhookPayload {
  readonly #item: DeliverItem;
  #resource: Resource | undefined;
  #full: string | undefined;
  #thin: string | undefined;

  constructor(item: DeliverItem) {
    this.#item = item;
  }

  /**
   * The body for an endpoint.
   *
   * @throws {TerminalError} the item is none that webhooks are told of, or lacks its message
   */
  bodyFor(endpoint: { readonly name: string; readonly payload: 'full' | 'thin' }): string {
    if (this.#item.kind === 'endpoint_test') return testBody(this.#item, endpoint.name);
    if (endpoint.payload === 'thin') return (this.#thin ??= this.#body(thinResource));
    return (this.#full ??= this.#body((resource) => resource));
  }

  #body(shown: (resource: Resource) => Resource): string {
    const item = this.#item;
    this.#resource ??= resourceOf(item);
    const message = shown(this.#resource);
    return JSON.stringify({
      type: eventTypeOf(item),
      timestamp: new Date(timeOf(item)).toISOString(),
      data: { message, sequence: sequenceOf(item) },
    });
  }
}

/** The `type` of an event. */
export function eventTypeOf(item: DeliverItem): string {
  switch (item.kind) {
    case 'report':
      return `message.${item.status}`;
    case 'received':
    case 'inbound':
      return 'message.received';
    case 'endpoint_test':
      return 'endpoint.test';
  }
}

/** Where an event stands among those of its message: a higher number is the newer state. */
export function sequenceOf(item: DeliverItem): number {
  return item.kind === 'report' ? rankOf(item.status) + 1 : 1;
}

function timeOf(item: DeliverItem): number {
  switch (item.kind) {
    case 'report':
    case 'endpoint_test':
      return item.atMs;
    case 'received':
      return item.message.receivedAtMs;
    case 'inbound':
      return item.part.receivedAtMs;
  }
}

function resourceOf(item: DeliverItem): Resource {
  if (item.kind === 'received') return inboundMessageResource(item.message);
  if (item.kind === 'report') return reportedMessage(item);
  throw new TerminalError(`Webhooks are not told of ${item.kind}.`);
}

function reportedMessage(report: Report): MessageResource {
  const { message, status, atMs, segments, segmentsDelivered } = report;
  const { encoding, sentAtMs, error } = report;
  if (message === undefined) throw new TerminalError('The report lacks its message.');
  return messageResource(message, {
    ...{ status, segments, segmentsDelivered },
    ...(encoding === undefined ? {} : { encoding }),
    ...(sentAtMs === undefined ? {} : { sentAtMs }),
    ...(isFinal(status) ? { completedAtMs: atMs } : {}),
    ...(error === undefined ? {} : { error }),
  });
}

function testBody(item: DeliverItem, endpoint: string): string {
  const timestamp = new Date(timeOf(item)).toISOString();
  return JSON.stringify({ type: eventTypeOf(item), timestamp, data: { endpoint } });
}
