// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createServer, type AddressInfo, type Server } from 'node:net';
import type { AccountReceipts, AccountSmpp, Configuration } from '@sendium/configuration';
import { createPublisher, silentLog, type Bus } from '@sendium/bus';
import { acceptSession, type SmppSession } from '@sendium/smpp-link';
import { createMetrics } from '@sendium/telemetry';
import { ClientDeliveries } from './client-deliveries.ts';

export interface DeliveryServer extends AsyncDisposable {
  readonly port: number;
  readonly metrics: ReturnType<typeof createMetrics>;
}

export interface DeliveryServerOptions {
  readonly receipts?: Partial<AccountReceipts>;
  readonly putOff?: { readonly firstMs: number; readonly mostMs: number };
  /** Who gives SMS, and how they write them. */
  readonly carriers?: Configuration['carriers'];
  /** Of every account. */
  readonly defaultAlphabet?: AccountSmpp['defaultAlphabet'];
  /** Names of its sessions: this and a number, from 1. */
  readonly name?: string;
}

const usual: AccountReceipts = {
  ...{ windowSize: 20, responseMs: 30_000, offsetMinutes: 0, hasText: false },
};

/** A server that lets everybody in, each as the account of its system_id, and gives reports. */
export async function serveDeliveries(
  bus: Bus,
  options: DeliveryServerOptions = {},
): Promise<DeliveryServer> {
  const metrics = createMetrics();
  const publisher = createPublisher(bus, { whenFull: 'wait' });
  const { putOff, receipts } = options;
  const delivery = new ClientDeliveries({
    ...{ bus, publisher, producer: 'test', metrics, log: silentLog, nowMs: () => Date.now() },
    configuration: { current: { connectors: new Map(), carriers: options.carriers ?? new Map() } },
    ...(putOff === undefined ? {} : { putOff }),
  });
  const { defaultAlphabet = 'gsm7' } = options;
  const smpp = { receipts: { ...usual, ...receipts }, defaultAlphabet };
  const sessions = new Set<SmppSession>();
  let count = 0;
  const server = createServer((socket) => {
    const session = acceptSession(socket, {
      onBind: ({ systemId, interfaceVersion }) => {
        const sessionName = `${options.name ?? 'session'}-${++count}`;
        const account = { name: systemId };
        const bind = { session, sessionName, account, smpp, interfaceVersion };
        void untilBound(session).then(() => delivery.attach(bind));
        void session.closed.then(() => delivery.detach(bind));
        return Promise.resolve({ kind: 'accepted', systemId: 'sendium', interfaceVersion: 0x34 });
      },
      onRequest: () => Promise.resolve({ command: 'submit_sm_resp', messageId: '1' }),
    });
    sessions.add(session);
    void session.closed.then(() => sessions.delete(session));
  });
  await listen(server);
  return {
    port: (server.address() as AddressInfo).port,
    metrics,
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      await delivery[Symbol.asyncDispose]();
      await publisher[Symbol.asyncDispose]();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

async function untilBound(session: SmppSession): Promise<void> {
  while (!session.isBound) await new Promise(setImmediate);
}
