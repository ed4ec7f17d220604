// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import type { SmppTarget } from './smpp-target.ts';

/** A PDU as the `smpp` package gives it. */
export interface PackagePdu {
  readonly command: string;
  readonly command_status: number;
  readonly message_id: string;
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  readonly esm_class: number;
  readonly source_addr: string;
  readonly short_message: { readonly message: string };
  response(fields?: object): PackagePdu;
}

/** A session of the `smpp` package. */
export interface PackageSession {
  on(event: string, listener: (pdu: PackagePdu) => void): void;
  send(pdu: PackagePdu): void;
  bind_transceiver(fields: object, onAnswer: (pdu: PackagePdu) => void): void;
  submit_sm(fields: object, onAnswer: (pdu: PackagePdu) => void): void;
  query_sm(fields: object, onAnswer: (pdu: PackagePdu) => void): void;
  enquire_link(onAnswer: (pdu: PackagePdu) => void): void;
  unbind(onAnswer: (pdu: PackagePdu) => void): void;
  close(): void;
}

const smpp = createRequire(import.meta.url)('smpp') as {
  connect(options: object): PackageSession;
};

/** Binds by the `smpp` package as a transceiver; deliver_sm are answered and handed over. */
export async function bindByPackage(
  { port, systemId, password }: SmppTarget,
  onDelivered: (pdu: PackagePdu) => void,
): Promise<{ readonly session: PackageSession; readonly bound: PackagePdu }> {
  const session = smpp.connect({ host: '127.0.0.1', port });
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => {
    session.send(pdu.response());
    onDelivered(pdu);
  });
  const credentials = { system_id: systemId, password, interface_version: 0x34 };
  const bound = await new Promise<PackagePdu>((resolve) =>
    session.bind_transceiver(credentials, resolve),
  );
  return { session, bound };
}
