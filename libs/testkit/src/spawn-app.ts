// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

import { Child } from './child.ts';
import type { ChildEnd } from './child.ts';
import { freePort } from './free-ports.ts';
import { sourceEnvironment, workspaceRoot } from './workspace.ts';

export interface SpawnAppOptions {
  /** Folder of the app below apps/. */
  readonly app: string;
  /** SENDIUM_* settings. SENDIUM_PROBE_LISTEN is chosen when it is not among them. */
  readonly env: Readonly<Record<string, string>>;
  /** False returns as soon as the process runs, for tests of what happens before it is ready. */
  readonly waitUntilReady?: boolean;
  /** Default: 40,000. */
  readonly readyTimeoutMs?: number;
  /** The program, relative to the workspace. Default: apps/<app>/src/main.ts. */
  readonly entry?: string;
}

/** A service that runs as a process of its own. */
export interface SpawnedApp extends AsyncDisposable {
  readonly pid: number;
  /** http://host:port of /livez, /readyz and /metrics. */
  readonly probeUrl: string;
  /** What it has printed so far: logs as JSON lines. */
  readonly output: string;
  readonly isRunning: boolean;
  readonly ended: Promise<ChildEnd>;
  /** Waits for /readyz to answer 200; throws with the output when the service ends before. */
  ready(timeoutMs?: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<ChildEnd>;
  /** SIGTERM, and waits for the end (SIGKILL after 15 s); the code tells whether it drained. */
  stop(): Promise<ChildEnd>;
}

const needReady = async (probeUrl: string): Promise<void> => {
  const response = await fetch(`${probeUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
  const body = await response.text();
  if (!response.ok) throw new Error(`/readyz answered ${response.status}: ${body}`);
};

const toSpawnedApp = (child: Child, probeUrl: string): SpawnedApp => ({
  pid: child.pid,
  probeUrl,
  get output() {
    return child.output;
  },
  get isRunning() {
    return child.isRunning;
  },
  ended: child.ended,
  ready: async (timeoutMs = 40_000) => {
    await child.until(() => needReady(probeUrl), timeoutMs);
  },
  signal: (signal) => {
    child.signal(signal);
  },
  kill: () => child.kill(),
  stop: () => child.stop(15_000),
  [Symbol.asyncDispose]: async () => {
    await child.stop(15_000);
  },
});

/** Starts a service from its sources, as `npm start` does, and waits until it is ready. */
export const spawnApp = async (options: SpawnAppOptions): Promise<SpawnedApp> => {
  const entry = options.entry ?? `apps/${options.app}/src/main.ts`;
  const probe = options.env['SENDIUM_PROBE_LISTEN'] ?? `127.0.0.1:${await freePort()}`;
  const child = await Child.start({
    name: options.app,
    command: process.execPath,
    args: ['--conditions=@sendium/source', join(workspaceRoot, entry)],
    env: { ...sourceEnvironment(), ...options.env, SENDIUM_PROBE_LISTEN: probe },
    cwd: workspaceRoot,
  });
  const app = toSpawnedApp(child, `http://${probe}`);
  if (options.waitUntilReady === false) return app;
  try {
    await app.ready(options.readyTimeoutMs);
  } catch (error) {
    await child.kill();
    throw error;
  }
  return app;
};
