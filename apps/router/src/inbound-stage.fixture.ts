// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import { readStored, type Backbone } from '@sendium/backbone';
import {
  decodeDeadLetter,
  decodeDeliverBatch,
  decodeEventBatch,
  inboundChannel,
  streams,
  subjects,
  type DeliverItem,
  type DeliverKind,
  type InboundMessage,
  type ReceivedMessage,
} from '@sendium/contracts';
import { createMessageId, messageIdRandomBytes } from '@sendium/message';

/** `sendium.yaml` with two connectors of one group, an application with both ways, and these rules. */
export const inboundDocument = (rules: string): string => `
version: 1
accounts:
  shop:
    smpp: { system_id: shop, password: secret }
    webhooks:
      - { name: main, url: "http://127.0.0.1:1/hook", secret: "\${env:NOBODY}", events: [message.received] }
connectors:
  first: { host: 127.0.0.1, port: 1, system_id: x, password: x, group: carrier }
  second: { host: 127.0.0.1, port: 1, system_id: x, password: x, group: carrier }
  western: { host: 127.0.0.1, port: 1, system_id: x, password: x, default_alphabet: latin1 }
routes: []
inbound: ${rules}
`;

/** An SMS from a mobile as a connector has taken it just now; `over` replaces fields. */
export function sampleInbound(over: Partial<InboundMessage> = {}): InboundMessage {
  const nowMs = Date.now();
  return {
    id: createMessageId(nowMs, randomBytes(messageIdRandomBytes)),
    connector: 'first',
    from: { ton: 1, npi: 1, value: '447700900123' },
    to: { ton: 0, npi: 1, value: '12345' },
    dataCoding: 0,
    esmClass: 0,
    protocolId: 0,
    octets: Buffer.from(`hello ${randomBytes(4).toString('hex')}`),
    tlvs: [],
    receivedAtMs: nowMs,
    mayBeResent: false,
    ...over,
  };
}

/** What a test does with the streams around the router. */
export class InboundStreams {
  readonly #backbone: Backbone;

  constructor(backbone: Backbone) {
    this.#backbone = backbone;
  }

  /** As the connector does. */
  give(message: InboundMessage): Promise<void> {
    const channel = inboundChannel(message.connector, 'test');
    return this.#backbone.publisher.publish(channel, message);
  }

  delivered(way: DeliverKind, account = 'shop'): Promise<readonly DeliverItem[]> {
    const subject = subjects.deliver(way, account);
    return readStored(this.#backbone.bus, streams.deliver, subject, decodeDeliverBatch);
  }

  /** The ids of what was delivered by webhook, in order. */
  async webhookIds(): Promise<readonly string[]> {
    const items = await this.delivered('webhook');
    return items.flatMap((item) => (item.kind === 'received' ? [item.message.id] : []));
  }

  async told(group = 'carrier'): Promise<readonly ReceivedMessage[]> {
    const subject = subjects.event(group, 'received');
    const decode = (octets: Uint8Array) => decodeEventBatch(octets).events;
    const events = await readStored(this.#backbone.bus, streams.events, subject, decode);
    return events.flatMap((event) => (event.kind === 'received' ? [event.received] : []));
  }

  dead(origin: string) {
    const decode = (octets: Uint8Array) => [decodeDeadLetter(octets)];
    return readStored(this.#backbone.bus, streams.dead, subjects.dead(origin), decode);
  }

  /** Batches that the router has not acknowledged. */
  async left(): Promise<number> {
    const { state } = await this.#backbone.bus.api<{ state: { messages: number } }>(
      `STREAM.INFO.${streams.inbound}`,
    );
    return state.messages;
  }
}
