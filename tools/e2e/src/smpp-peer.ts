// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** SMPP clients by the `smpp` package, which is of another make than what they talk to. */
import { createRequire } from 'node:module';

/** A PDU as the package reads it; what it has depends on its command. */
export interface PeerPdu {
  readonly command_status: number;
  readonly message_id?: string;
  readonly esm_class: number;
  readonly source_addr: string;
  readonly destination_addr: string;
  readonly short_message?: { readonly message: string | Uint8Array };
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  response(): unknown;
}

/** A session of the package. */
export interface PeerSession {
  on(event: string, listener: (pdu: PeerPdu) => void): void;
  send(pdu: unknown): void;
  bind_transceiver(fields: object, onAnswer: (pdu: PeerPdu) => void): void;
  submit_sm(fields: object, onAnswer: (pdu: PeerPdu) => void): void;
  query_sm(fields: object, onAnswer: (pdu: PeerPdu) => void): void;
  destroy(): void;
}

const peer = createRequire(import.meta.url)('smpp') as { connect(options: object): PeerSession };

/** Connects; it is not bound yet, and its errors are its owner's to listen to. */
export function connectPeer(port: number): PeerSession {
  return peer.connect({ host: '127.0.0.1', port });
}

/** The text of a PDU, without a header; undefined where it has none that the package can read. */
export function textOf({ short_message: content }: PeerPdu): string | undefined {
  return typeof content?.message === 'string' ? content.message : undefined;
}

/** Fields of bind_transceiver. */
export interface PeerCredentials {
  readonly system_id: string;
  readonly password: string;
  readonly interface_version?: number;
}

/** A client that is bound and answers every deliver_sm. */
export interface PeerClient {
  readonly session: PeerSession;
  /** The deliver_sm that it was given, in order. */
  readonly given: readonly PeerPdu[];
  /** Submits, from ACME and with a receipt unless the fields say otherwise; the answer, whatever it is. */
  submit(fields: object): Promise<PeerPdu>;
  /** Likewise; gives the id, and throws when it is refused. */
  accept(fields: object): Promise<string>;
  query(messageId: string): Promise<PeerPdu>;
}

/** Binds as a transceiver. @throws {Error} when it is refused */
export async function bindPeer(port: number, credentials: PeerCredentials): Promise<PeerClient> {
  const session = connectPeer(port);
  const given: PeerPdu[] = [];
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => {
    given.push(pdu);
    session.send(pdu.response());
  });
  const bound = await new Promise<PeerPdu>((resolve) =>
    session.bind_transceiver(credentials, resolve),
  );
  if (bound.command_status !== 0) {
    session.destroy();
    throw new Error(`bind_transceiver was answered ${bound.command_status}`);
  }
  const submit: PeerClient['submit'] = (fields) =>
    new Promise((resolve) => session.submit_sm({ ...fromAcme, ...fields }, resolve));
  return {
    ...{ session, given, submit },
    async accept(fields) {
      const { command_status: status, message_id: id } = await submit(fields);
      if (status !== 0 || id === undefined) throw new Error(`submit_sm was answered ${status}`);
      return id;
    },
    query: (message_id) =>
      new Promise((resolve) => session.query_sm({ message_id, source_addr: 'ACME' }, resolve)),
  };
}

const fromAcme = {
  ...{ source_addr_ton: 5, source_addr: 'ACME' },
  ...{ dest_addr_ton: 1, dest_addr_npi: 1, registered_delivery: 1 },
};
