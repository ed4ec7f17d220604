// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * `.sendium/stack.json`: what runs and where, for tools and for the next start. It is there exactly
 * while a stack runs, or after its supervisor was killed.
 */
import { readFileSync, rmSync } from 'node:fs';

import { factsOf } from './process-facts.ts';
import { writeAtomically } from './write-atomically.ts';

export interface RecordedProcess {
  readonly name: string;
  readonly pid: number;
  /** Tells the process from a later one that got the same id; see `factsOf`. */
  readonly startedAt: string;
}

export interface StackUrls {
  readonly rest: string;
  /** host:port where SMPP clients bind. */
  readonly smpp: string;
  readonly simulator_control?: string;
  /** The demo's receiver of webhooks: GET /received, POST /control. */
  readonly demo_receiver?: string;
  readonly nats: string;
  /** gRPC of connector, LinkService. */
  readonly links: string;
  /** gRPC of dlr-tracker. */
  readonly tracker: string;
  /** Where every message is traced to. */
  readonly otlp?: string;
  /** The search page of the local Jaeger. */
  readonly jaeger?: string;
  /** /metrics of each service. */
  readonly metrics: Readonly<Record<string, string>>;
}

/** How account demo is used: the key for REST, the rest for SMPP. */
export interface DemoAccess {
  readonly key: string;
  readonly system_id: string;
  readonly password: string;
}

export interface StackRecord {
  /** The supervisor. */
  readonly pid: number;
  readonly startedAt: string;
  readonly processes: readonly RecordedProcess[];
  readonly urls: StackUrls;
  /** What account demo sends with, when the document refers to it. */
  readonly demo?: DemoAccess;
}

/** A process as it is to be found again. */
export const recordProcess = (name: string, pid: number): RecordedProcess => ({
  name,
  pid,
  startedAt: factsOf(pid)?.startedAt ?? '',
});

export const writeStackFile = (path: string, record: StackRecord): void => {
  writeAtomically(path, `${JSON.stringify(record, null, 2)}\n`);
};

/** What the file says; undefined when there is none or it cannot be read. */
export const readStackFile = (path: string): StackRecord | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as StackRecord;
  } catch {
    return undefined;
  }
};

export const removeStackFile = (path: string): void => {
  rmSync(path, { force: true });
};
