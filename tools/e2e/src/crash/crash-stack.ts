// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { startStack, type Stack } from '@sendium/stack';
import { webhookSecret } from './webhook-book.ts';

/** The connector's contract with the simulated carrier: small windows, so that batches are always half done. */
export const carrier = { binds: 2, windowSize: 10 } as const;

/** How the SMPP customer binds: killed processes leave places behind that are taken for a while. */
export const customer = { systemId: 'demo', password: 'secret', binds: 2 } as const;

const document = (smscPort: number, hookUrl: string): string => `
version: 1
accounts:
  demo:
    rest: { keys: [{ name: default, hash: "\${env:SENDIUM_DEMO_KEY_HASH}" }] }
    smpp: { system_id: ${customer.systemId}, password: ${customer.password}, binds: 500 }
    webhooks: [{ name: main, url: "${hookUrl}", secret: "${webhookSecret}" }]
connectors:
  sim:
    host: 127.0.0.1
    port: ${smscPort}
    system_id: sendium
    password: "\${env:SENDIUM_SIM_PASSWORD}"
    binds: ${carrier.binds}
    window: ${carrier.windowSize}
    timers: { reconnect: 100ms, reconnect_max: 1s, throttle: 50ms, throttle_max: 400ms }
routes: [{ name: default, send_to: [sim] }]
inbound: [{ name: default, deliver_to: { account: demo } }]
webhooks: { allow_networks: [127.0.0.0/8] }
`;

/** The whole gateway with fsync before every ack, on free ports, before a carrier that makes things hard. */
export function startCrashStack(stateDir: string, hookUrl: string): Promise<Stack> {
  return startStack({
    stateDir,
    ports: 'free',
    syncInterval: 'always',
    configText: (ports) => document(ports.smsc, hookUrl),
    env: { notifier: { SENDIUM_WEBHOOK_RETRIES: '0s,500ms,1s,2s,5s,10s,10s,10s,10s,10s' } },
    backoff: { firstMs: 100, maxMs: 500, resetAfterMs: 2000 },
    simulator: {
      args: [
        ...['--latency-ms', '40', '--latency-jitter-ms', '20'],
        ...['--throttle-share', '0.05'],
        ...['--receipt-delay-ms', '100', '--receipt-jitter-ms', '400'],
        ...['--receipt-early-share', '0.2', '--receipt-doubled-share', '0.2'],
        ...['--keep-messages', '100'],
      ],
    },
  });
}
