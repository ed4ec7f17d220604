// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackbone, type Backbone } from '@sendium/backbone';
import {
  eventChannel,
  InboundMessageServiceService,
  MessageServiceService,
  type GatewayEvent,
  type MessageRecord,
  type Outcome,
  type ReceiptReceived,
  type Routed,
  type TimelineEvent,
} from '@sendium/contracts';
import { connectGrpc, type GrpcClient } from '@sendium/grpc';
import type { Message } from '@sendium/message';
import { freePort, spawnApp, type SpawnedApp } from '@sendium/testkit';

const connector = (group: string, more = ''): string =>
  `{ host: 127.0.0.1, port: 1, system_id: x, password: x, group: ${group}${more} }`;

const configuration = `
version: 1
accounts: { demo: {} }
connectors:
  first: ${connector('carrier')}
  second: ${connector('carrier')}
  hexed: ${connector('hexed', ', id_format: { response: hex, receipt: decimal }')}
routes: [{ name: all, send_to: [first] }]
`;

/** The tracker's real process on a real server, and what a test says and asks. */
export interface TrackerUnderTest extends AsyncDisposable {
  readonly backbone: Backbone;
  readonly app: SpawnedApp;
  readonly storeFile: string;
  tell(group: string, ...events: readonly GatewayEvent[]): Promise<void>;
  record(message: Pick<Message, 'id' | 'account'>): Promise<MessageRecord | undefined>;
  /** Ids of the messages that the account knows by this id. */
  find(account: string, id: string): Promise<readonly string[]>;
  timeline(message: Pick<Message, 'id' | 'account'>): Promise<readonly TimelineEvent[]>;
  readonly inbound: GrpcClient<typeof InboundMessageServiceService>['calls'];
  /** kill -9, and the next process over the same store. */
  replace(): Promise<void>;
}

/** Starts it; settings are added to those it needs. */
export async function startTracker(
  more: Readonly<Record<string, string>> = {},
): Promise<TrackerUnderTest> {
  const backbone = await startBackbone({ configuration, nats: { syncInterval: 'always' } });
  const folder = await mkdtemp(join(tmpdir(), 'sendium-tracker-'));
  const storeFile = join(folder, 'messages.db');
  const address = `127.0.0.1:${await freePort()}`;
  const env = {
    SENDIUM_NATS_URL: backbone.nats.url,
    SENDIUM_STORE_URL: `sqlite:${storeFile}`,
    SENDIUM_GRPC_LISTEN: address,
    SENDIUM_TRACKER_SWEEP_EVERY: '200ms',
    ...more,
  };
  const start = (): Promise<SpawnedApp> => spawnApp({ app: 'dlr-tracker', env });
  let app = await start();
  let client = connect(address);
  // Connects anew by itself.
  const inbound = connectGrpc(InboundMessageServiceService, {
    ...{ url: `http://${address}`, deadlineMs: 3000 },
  });
  return {
    backbone,
    storeFile,
    get app() {
      return app;
    },
    tell: async (group, ...events) => {
      const { publisher } = backbone;
      await Promise.all(
        events.map((event) => publisher.publish(eventChannel(group, event.kind, 'test'), event)),
      );
    },
    record: async ({ id, account }) => (await client.calls.getMessage({ id, account })).record,
    find: async (account, id) => {
      const { records } = await client.calls.findMessages({ account, id });
      return records.map((record) => record.message?.id ?? '');
    },
    timeline: async ({ id, account }) =>
      (await client.calls.listMessageEvents({ id, account })).events,
    inbound: inbound.calls,
    replace: async () => {
      await app.kill();
      await client[Symbol.asyncDispose]();
      app = await start();
      client = connect(address);
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await inbound[Symbol.asyncDispose]();
      await app[Symbol.asyncDispose]();
      await backbone[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function connect(address: string): GrpcClient<typeof MessageServiceService> {
  return connectGrpc(MessageServiceService, { url: `http://${address}`, deadlineMs: 3000 });
}

export function routedEvent(message: Message, over: Partial<Routed> = {}): Routed {
  return {
    kind: 'routed',
    ...{ atMs: message.acceptedAtMs + 1, messageId: message.id, message, attempt: 0 },
    ...{ route: 'all', connector: 'first', configurationVersion: 1 },
    ...over,
  };
}

export function outcomeEvent(message: Message, over: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'outcome',
    ...{ atMs: message.acceptedAtMs + 2, messageId: message.id, attempt: 0, part: 1, parts: 1 },
    ...{ connector: 'first', result: 'submitted', commandStatus: 0 },
    ...{ carrierMessageId: carrierId(message), destination: message.to.value, dueAtMs: 0 },
    receiptExpected: true,
    ...over,
  };
}

export function receiptEvent(
  message: Message,
  over: Partial<ReceiptReceived> = {},
): ReceiptReceived {
  return {
    kind: 'receipt',
    ...{ atMs: message.acceptedAtMs + 500, connector: 'first', state: 'delivered' },
    ...{ carrierMessageIds: [carrierId(message)], recipient: message.to.value },
    ...{ stat: 'DELIVRD', error: '000', doneDate: '2611221504' },
    ...over,
  };
}

/** What a carrier would call the message. */
export function carrierId(message: Message): string {
  return message.id.slice(16);
}
