// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack, type Stack, type StackOptions } from '@sendium/stack';
import { SmscDriver } from '@sendium/testkit';
import { bindPeer, type PeerClient, type PeerCredentials } from './smpp-peer.ts';

/** A whole gateway for one test file. */
export interface Stage extends AsyncDisposable {
  readonly stack: Stack;
  /** Where the stack keeps what it knows. */
  readonly stateDir: string;
  /** Of the simulated carrier. */
  readonly smsc: SmscDriver;
  /** A client that lives until `hangUp`; as account demo when no credentials are given. */
  bind(credentials?: Partial<PeerCredentials>): Promise<PeerClient>;
  /** Ends the clients' sessions. */
  hangUp(): void;
  /** Everything that the processes wrote to their logs. */
  logs(): readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts it on free ports; without options it is what `npm start` runs. */
export async function startStage(options: Partial<StackOptions> = {}): Promise<Stage> {
  const stateDir = mkdtempSync(join(tmpdir(), 'sendium-e2e-'));
  const stack = await startStack({ stateDir, ports: 'free', ...options });
  const clients: PeerClient[] = [];
  const hangUp = (): void => {
    for (const { session } of clients.splice(0)) session.destroy();
  };
  const logFolder = join(stateDir, 'logs');
  return {
    ...{ stack, stateDir, hangUp },
    smsc: new SmscDriver(stack.urls.simulator_control ?? ''),
    async bind(credentials = {}) {
      const { system_id = '', password = '' } = stack.demo ?? {};
      const as = { system_id, password, ...credentials };
      const client = await bindPeer(stack.ports.smpp, as);
      clients.push(client);
      return client;
    },
    logs: () => readdirSync(logFolder).map((name) => readFileSync(join(logFolder, name), 'utf8')),
    async [Symbol.asyncDispose]() {
      hangUp();
      await stack.stop();
      rmSync(stateDir, { recursive: true });
    },
  };
}
