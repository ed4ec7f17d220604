// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { NamedProcess } from './process-meter.ts';

/** What a running stack says about itself in its state folder. */
export interface StackDescription {
  readonly processes: readonly NamedProcess[];
  readonly urls: { readonly rest: string; readonly simulator_control?: string };
  readonly demo?: { readonly key: string };
}

/** Reads `.sendium/stack.json`; throws when there is none. */
export function readStackDescription(path: string): StackDescription {
  return JSON.parse(readFileSync(path, 'utf8')) as StackDescription;
}
