// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { BackoffOptions } from './backoff.ts';
import type { DocumentSource } from './document.ts';
import type { SyncInterval } from './nats-config.ts';
import type { Ports } from './ports.ts';
import type { ServiceName, SimulatorChoice } from './services.ts';
import type { StackEvent } from './supervised.ts';

export interface StackOptions extends DocumentSource {
  /** Everything the stack keeps is in here, for example `.sendium`. */
  readonly stateDir: string;
  /** Begin anew: what the stack kept in the folder is removed first. */
  readonly reset?: boolean;
  /** 'free' takes any free ports; otherwise what differs from the defaults. */
  readonly ports?: 'free' | Partial<Ports>;
  /** Where the REST API listens. Default: 127.0.0.1. */
  readonly restHost?: string;
  /** Where SMPP clients bind. Default: 127.0.0.1. */
  readonly smppHost?: string;
  /** False leaves the simulated carrier out. */
  readonly simulator?: false | SimulatorChoice;
  /** The services to run. Default: all. */
  readonly services?: readonly ServiceName[];
  /** Default: 'always', each acknowledgement after an fsync. */
  readonly syncInterval?: SyncInterval;
  /** More settings for a service, over the usual ones. */
  readonly env?: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
  /**
   * The OTLP endpoint that every message is traced to; 'local' starts a Jaeger where one is installed.
   * Default: as the environment says, which is not at all.
   */
  readonly jaeger?: string;
  /** How fast a service that dies comes back. */
  readonly backoff?: BackoffOptions;
  /** How long all services may take until they are ready. Default: 60,000. */
  readonly readyTimeoutMs?: number;
  /** Told what the start is doing, a line at a time. */
  readonly log?: (line: string) => void;
  /** Hears of every event, also those before `startStack` resolves. */
  readonly onEvent?: (event: StackEvent) => void;
  /** Gives the start up; what was started is stopped. */
  readonly signal?: AbortSignal;
}
