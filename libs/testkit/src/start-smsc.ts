// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

import { Child } from './child.ts';
import { freePorts } from './free-ports.ts';
import { SmscDriver } from './smsc-driver.ts';
import { sourceEnvironment, workspaceRoot } from './workspace.ts';

export interface SmscOptions {
  /** Flags of tools/smsc-simulator beside the addresses, such as --latency-ms 40. */
  readonly args?: readonly string[];
  /** SMPP port; any free one unless given. */
  readonly port?: number;
}

/** A simulated carrier that runs as a process of its own. */
export interface Smsc extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly control: SmscDriver;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the SMSC simulator and waits until it can be bound to. */
export const startSmsc = async (options: SmscOptions = {}): Promise<Smsc> => {
  const host = '127.0.0.1';
  const [anyPort = 0, controlPort = 0] = await freePorts(2);
  const { port = anyPort, args = [] } = options;
  const addresses = ['--listen', `${host}:${port}`, '--control', `${host}:${controlPort}`];
  const entry = join(workspaceRoot, 'tools/smsc-simulator/src/main.ts');
  const child = await Child.start({
    name: 'smsc-simulator',
    command: process.execPath,
    args: ['--conditions=@sendium/source', entry, ...addresses, ...args],
    env: sourceEnvironment(),
    cwd: workspaceRoot,
  });
  const control = new SmscDriver(`http://${host}:${controlPort}`);
  await child
    .until(() => control.stats(), 40_000)
    .catch(async (error: unknown) => {
      await child.kill();
      throw error;
    });
  const stop = async (): Promise<void> => {
    await child.stop();
  };
  const kill = async (): Promise<void> => {
    await child.kill();
  };
  return { host, port, pid: child.pid, control, kill, stop, [Symbol.asyncDispose]: stop };
};
