// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createRequire } from 'node:module';

/** A deliver_sm as the independent client reads it. */
export interface DeliveredSm {
  readonly esm_class: number;
  readonly source_addr: string;
  readonly source_addr_ton: number;
  readonly destination_addr: string;
  readonly short_message: { readonly message: string };
  readonly receipted_message_id?: string;
  readonly message_state?: number;
  readonly network_error_code?: Buffer;
  response(fields?: object): unknown;
}

interface PeerSession {
  on(event: string, listener: (pdu: DeliveredSm) => void): void;
  send(pdu: unknown): void;
  bind_transceiver(fields: object, onAnswer: (pdu: { command_status: number }) => void): void;
  bind_receiver(fields: object, onAnswer: (pdu: { command_status: number }) => void): void;
  submit_sm(fields: object, onAnswer: (pdu: { command_status: number }) => void): void;
  destroy(): void;
  close(): void;
}
const peer = createRequire(import.meta.url)('smpp') as { connect(options: object): PeerSession };

export interface ClientOptions {
  readonly port: number;
  /** The account. */
  readonly systemId?: string;
  readonly mode?: 'transceiver' | 'receiver';
  readonly interfaceVersion?: number;
  /** The status to answer with; undefined leaves it unanswered. */
  readonly answer?: (pdu: DeliveredSm) => number | undefined;
}

/** A bound client of another make. */
export interface TestClient {
  readonly received: DeliveredSm[];
  /** The ids of all receipts that came, in order. */
  readonly ids: readonly string[];
  /** Answers what was left unanswered so far. */
  answerAll(status?: number): void;
  submit(): Promise<number>;
  /** Is gone without a word. */
  vanish(): void;
}

/** The id that a receipt's text names. */
export function idOf(pdu: DeliveredSm): string {
  return /^id:(\S+)/.exec(pdu.short_message.message)?.[1] ?? '';
}

/** Connects and binds. */
export async function bindClient(options: ClientOptions): Promise<TestClient> {
  const { port, systemId = 'demo', mode = 'transceiver', interfaceVersion = 0x34 } = options;
  const session = peer.connect({ host: '127.0.0.1', port });
  const received: DeliveredSm[] = [];
  let open: DeliveredSm[] = [];
  const answer = (pdu: DeliveredSm, status: number): void =>
    session.send(pdu.response({ command_status: status }));
  session.on('error', () => undefined);
  session.on('deliver_sm', (pdu) => {
    received.push(pdu);
    const status = options.answer === undefined ? 0 : options.answer(pdu);
    if (status === undefined) open.push(pdu);
    else answer(pdu, status);
  });
  const fields = { system_id: systemId, password: 'x', interface_version: interfaceVersion };
  const bound = await new Promise<{ command_status: number }>((resolve) =>
    session[`bind_${mode}`](fields, resolve),
  );
  if (bound.command_status !== 0) throw new Error(`not bound but ${bound.command_status}`);
  return {
    received,
    get ids() {
      return received.map(idOf);
    },
    answerAll: (status = 0) => {
      for (const pdu of open) answer(pdu, status);
      open = [];
    },
    submit: async () => {
      const { command_status: status } = await new Promise<{ command_status: number }>((resolve) =>
        session.submit_sm({ destination_addr: '44', short_message: 'hi' }, resolve),
      );
      return status;
    },
    vanish: () => session.destroy(),
  };
}
