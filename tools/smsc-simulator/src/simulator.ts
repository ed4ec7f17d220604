// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { Carrier } from './carrier.ts';
import { toControls } from './controls.ts';
import { startFastEngine } from './fast-engine.ts';
import { serveControl } from './http-control.ts';
import { startPackageEngine } from './package-engine.ts';
import type { Settings } from './settings.ts';
import { defaultSettings } from './settings.ts';

/** Where and how a simulator starts; ports may be 0. */
export interface SimulatorOptions {
  readonly host?: string;
  readonly port?: number;
  readonly controlHost?: string;
  readonly controlPort?: number;
  /** `package`: the `smpp` package, an independent implementation. `fast`: for load. */
  readonly engine?: 'package' | 'fast';
  readonly settings?: Partial<Settings>;
  readonly seed?: number;
  /** The carrier's first message id; by default from the clock, so that no later run repeats one. */
  readonly firstId?: number;
}

/** A running simulator. */
export interface Simulator extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly controlUrl: string;
}

/** Room for a million ids a second; stays a safe integer until the year 2242. */
const idsPerSecond = 2 ** 20;

/** Starts a carrier and its HTTP control; rejects when an address cannot be listened on. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1', engine = 'package', seed = 1 } = options;
  // In fast mode remembering every message would be most of the work.
  const settings = {
    ...defaultSettings,
    ...(engine === 'fast' ? { keepMessages: 0 } : {}),
    ...options.settings,
  };
  const firstId = options.firstId ?? Math.floor(Date.now() / 1_000) * idsPerSecond;
  const carrier = new Carrier(settings, seed, firstId);
  const start = engine === 'fast' ? startFastEngine : startPackageEngine;
  const smsc = await start(carrier, host, options.port ?? 0);
  const control = await serveControl(
    toControls(carrier),
    options.controlHost ?? host,
    options.controlPort ?? 0,
  ).catch(async (error: unknown) => {
    await smsc.close();
    carrier.close();
    throw error;
  });
  return {
    host: smsc.host,
    port: smsc.port,
    controlUrl: control.url,
    async [Symbol.asyncDispose]() {
      await Promise.all([smsc.close(), control.close()]);
      carrier.close();
    },
  };
}
