// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { linesOf, startPerl } from './perl.ts';
import type { SmppTarget } from './smpp-target.ts';

/** One step of the client's run, as `perl/client.pl` prints it. */
export type ClientStep = Readonly<Record<string, unknown>>;

/** What the client does. */
export interface ClientRun {
  readonly mode: 'transmitter' | 'receiver' | 'transceiver';
  /** interface_version in hex. */
  readonly version?: '33' | '34' | '50';
  /** How many messages it submits, or receipts it waits for. */
  readonly count: number;
}

/** Runs Net::SMPP as a client to its end; throws what it said when it failed. */
export async function runNetSmpp(
  { port, systemId, password }: SmppTarget,
  { mode, version = '34', count }: ClientRun,
): Promise<readonly ClientStep[]> {
  const args = [String(port), systemId, password, mode, version, String(count)];
  const child = await startPerl('client.pl', args);
  const end = await child.ended;
  if (end.code !== 0) throw new Error(child.output);
  return linesOf(child);
}

/** The steps of one kind. */
export function stepsOf(steps: readonly ClientStep[], step: string): readonly ClientStep[] {
  return steps.filter((one) => one['step'] === step);
}
