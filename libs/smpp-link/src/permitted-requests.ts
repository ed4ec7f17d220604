// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { CommandName } from '@sendium/smpp-pdu';
import { commandStatus } from '@sendium/smpp-pdu';

/** Which side of a session this process is: the ESME is the client, the SMSC the server. */
export type SessionRole = 'client' | 'server';
/** How a session is bound. */
export type BindMode = 'transmitter' | 'receiver' | 'transceiver';

interface Rule {
  readonly to: SessionRole | 'both';
  readonly modes: readonly (BindMode | 'unbound')[];
}

const sending = ['transmitter', 'transceiver'] as const;
const receiving = ['receiver', 'transceiver'] as const;
const bound = ['transmitter', 'receiver', 'transceiver'] as const;
const bind: Rule = { to: 'server', modes: ['unbound'] };

/** Who may send what to whom, and when (SMPP 3.4 table 2-1, 5.0 table 2-2). */
const rules: Readonly<Partial<Record<CommandName, Rule>>> = {
  bind_receiver: bind,
  bind_transmitter: bind,
  bind_transceiver: bind,
  query_sm: { to: 'server', modes: sending },
  submit_sm: { to: 'server', modes: sending },
  submit_multi: { to: 'server', modes: sending },
  cancel_sm: { to: 'server', modes: sending },
  // 3.4 has it on a transmitter only, 5.0 on a transceiver too.
  replace_sm: { to: 'server', modes: sending },
  deliver_sm: { to: 'client', modes: receiving },
  data_sm: { to: 'both', modes: bound },
};

/**
 * What a carrier that has bound to us may send: what it has for us, the way that a carrier gives it
 * (deliver_sm) or the way that a client does (submit_sm). We do not serve it as a client.
 */
const fromCarriers: ReadonlySet<CommandName> = new Set(['deliver_sm', 'data_sm', 'submit_sm']);

/**
 * What a request meets in this state: undefined when it may be worked on, else the status of the
 * refusal. `isFromCarrier`: a carrier has bound to us. ESME_RINVCMDID goes out as generic_nack, anything else in the request's own response.
 */
export function refusalOf(
  command: CommandName,
  role: SessionRole,
  mode: BindMode | 'unbound',
  isFromCarrier = false,
): number | undefined {
  const rule = rules[command];
  if (isFromCarrier && mode !== 'unbound' && rule !== bind) {
    return fromCarriers.has(command) ? undefined : commandStatus.ESME_RINVCMDID;
  }
  if (rule === undefined || (rule.to !== 'both' && rule.to !== role)) {
    return commandStatus.ESME_RINVCMDID;
  }
  if (rule.modes.includes(mode)) return undefined;
  return rule === bind ? commandStatus.ESME_RALYBND : commandStatus.ESME_RINVBNDSTS;
}
