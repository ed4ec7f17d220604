// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What a connector does when a carrier answers a submit_sm with some command_status.
 *
 * - `accept`: the carrier has it.
 * - `reject`: the carrier said no for good; the message is rejected.
 * - `retry`: again on this connector, later, as the next attempt; then the next target.
 * - `next_target`: not here; at once to the next target of its route.
 * - `throttle`: the connector slows down and keeps the message; no attempt is spent.
 * - `rebind`: the session is of no use any more; the message is kept.
 */
export type Reaction =
  'accept' | 'reject' | 'retry' | 'next_target' | 'throttle' | 'rebind' | RetryReaction;

/** `retry` with delays of this status's own, in milliseconds; as many attempts follow. */
export interface RetryReaction {
  readonly retryDelaysMs: readonly number[];
}

/** Gives the reaction to a command_status. Any number has one. */
export type StatusPolicy = (commandStatus: number) => Reaction;

/**
 * Reactions to the statuses of SMPP 3.4 (5.1.3) and 5.0 (4.7.6). What is not listed, vendors' codes
 * included, is permanent: a connector overrides what its carrier means otherwise.
 */
const defaults: ReadonlyMap<number, Reaction> = new Map<number, Reaction>([
  [0x00, 'accept'], // ESME_ROK
  [0x04, 'rebind'], // ESME_RINVBNDSTS
  [0x05, 'rebind'], // ESME_RALYBND
  [0x08, 'retry'], // ESME_RSYSERR
  [0x0d, 'rebind'], // ESME_RBINDFAIL
  [0x0e, 'rebind'], // ESME_RINVPASWD
  [0x0f, 'rebind'], // ESME_RINVSYSID
  [0x14, 'retry'], // ESME_RMSGQFUL
  [0x45, 'retry'], // ESME_RSUBMITFAIL
  [0x53, 'rebind'], // ESME_RINVSYSTYP
  [0x58, 'throttle'], // ESME_RTHROTTLED
  [0x64, 'retry'], // ESME_RX_T_APPN
  [0xff, 'retry'], // ESME_RUNKNOWNERR
  [0x100, 'next_target'], // ESME_RSERTYPUNAUTH
  [0x101, 'next_target'], // ESME_RPROHIBITED
  [0x102, 'retry'], // ESME_RSERTYPUNAVAIL
  [0x103, 'next_target'], // ESME_RSERTYPDENIED
  [0x104, 'next_target'], // ESME_RINVDCS
]);

/** The default policy, with a connector's own reactions before it. ROK is never anything but `accept`. */
export function createStatusPolicy(
  overrides: ReadonlyMap<number, Reaction> = new Map(),
): StatusPolicy {
  const table = new Map([...defaults, ...overrides, [0, 'accept'] as const]);
  return (commandStatus) => table.get(commandStatus) ?? 'reject';
}
