// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { FieldKind, FieldSpec } from './pdu-table.ts';
import { pduTable } from './pdu-table.ts';
import type { Tlvs } from './tlv-table.ts';

/** The name of a PDU as the specification writes it: the tag of the union `Pdu`. */
export type CommandName = keyof typeof pduTable;

/** A destination of submit_multi: an address, or the name of a distribution list. */
export type Destination =
  | {
      readonly kind: 'address';
      readonly destAddrTon: number;
      readonly destAddrNpi: number;
      readonly destinationAddr: string;
    }
  | { readonly kind: 'list'; readonly dlName: string };

/** A destination that submit_multi_resp reports as refused, and why. */
export interface UnsuccessfulDestination {
  readonly destAddrTon: number;
  readonly destAddrNpi: number;
  readonly destinationAddr: string;
  readonly errorStatusCode: number;
}

interface ValueOfKind extends Record<FieldKind, unknown> {
  uint8: number;
  cstring: string;
  octets: Buffer;
  destinations: readonly Destination[];
  unsuccessful: readonly UnsuccessfulDestination[];
}

type Fields<F extends readonly FieldSpec[]> = {
  readonly [S in F[number] as S['name']]: ValueOfKind[S['kind']];
};
type FieldsOf<C extends CommandName> = Fields<(typeof pduTable)[C]['fields']>;
type Flat<T> = { [K in keyof T]: T[K] };

/** The PDU of one command, every field present. Strings are Latin-1: one character is one octet. */
export type PduOf<C extends CommandName> = C extends CommandName
  ? Flat<
      {
        readonly command: C;
        readonly commandStatus: number;
        readonly sequenceNumber: number;
      } & FieldsOf<C> & { readonly tlvs: Tlvs }
    >
  : never;

/** Any PDU, tagged by `command`. */
export type Pdu = PduOf<CommandName>;

/** What one writes: only `command` is needed; numbers default to 0, strings and octets to empty. */
export type PduInput<C extends CommandName = CommandName> = C extends CommandName
  ? Flat<
      {
        readonly command: C;
        readonly commandStatus?: number;
        readonly sequenceNumber?: number;
      } & Partial<FieldsOf<C>> & { readonly tlvs?: Tlvs }
    >
  : never;

/** The name of a response PDU, generic_nack included. */
export type ResponseName = Extract<CommandName, `${string}_resp` | 'generic_nack'>;
/** The name of a PDU that a response answers. */
export type RequestName = {
  [C in CommandName]: `${C}_resp` extends CommandName ? C : never;
}[CommandName];

const names = new Map<number, CommandName>(
  (Object.keys(pduTable) as CommandName[]).map((name) => [pduTable[name].id, name]),
);

/** The name of a command_id, or undefined for one no version of SMPP knows. */
export function commandNameOf(commandId: number): CommandName | undefined {
  return names.get(commandId);
}

const responses = new Map<string, ResponseName>(
  (Object.keys(pduTable) as CommandName[])
    .filter((name): name is ResponseName => name.endsWith('_resp'))
    .map((name) => [name.slice(0, -'_resp'.length), name]),
);

/** The response to a command: undefined for responses, outbind and alert_notification. */
export function responseNameOf(command: CommandName): ResponseName | undefined {
  return responses.get(command);
}

/** Whether this PDU is answered by a response. */
export function isRequest(pdu: Pdu): pdu is PduOf<RequestName> {
  return responses.has(pdu.command);
}
