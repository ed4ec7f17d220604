// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** The part of the untyped package `smpp` that is used here. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  namespace smpp {
    interface Pdu {
      readonly command: string;
      readonly command_id: number;
      readonly command_status: number;
      readonly sequence_number: number;
      readonly [field: string]: unknown;
      isResponse(): boolean;
      response(fields?: Record<string, unknown>): Pdu;
    }
    type OnAnswer = (answer: Pdu) => void;
    interface Session extends EventEmitter {
      readonly socket: Socket;
      send(pdu: Pdu, onAnswer?: OnAnswer): boolean;
      deliver_sm(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      submit_sm(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      bind_transceiver(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      bind_receiver(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      bind_transmitter(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      enquire_link(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      query_sm(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      unbind(fields: Record<string, unknown>, onAnswer?: OnAnswer): boolean;
      close(done?: () => void): void;
      destroy(done?: () => void): void;
    }
    const types: { readonly tlv: { readonly buffer: unknown } };
    function addTLV(name: string, options: { readonly id: number; readonly type: unknown }): void;
    const commands: Readonly<Record<string, unknown>>;
    function createServer(onSession: (session: Session) => void): NetServer;
    function connect(options: { host: string; port: number }, onConnect?: () => void): Session;
  }

  export = smpp;
}
