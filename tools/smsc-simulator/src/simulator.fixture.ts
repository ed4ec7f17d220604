// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect } from 'node:net';
import smpp from 'smpp';
import type { CarrierStats } from './stats.ts';
import type { Settings } from './settings.ts';
import type { Simulator } from './simulator.ts';
import { startSimulator } from './simulator.ts';

/** What a test has opened, to be closed in the opposite order. */
export const closers: (() => PromiseLike<void> | void)[] = [];

/** Closes everything. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

/** Both engines. */
export const engines = ['package', 'fast'] as const;
/** A simulator that remembers, and is not slow to repeat. */
export const start = async (engine: (typeof engines)[number], settings: Partial<Settings> = {}) => {
  const simulator = await startSimulator({
    engine,
    settings: { keepMessages: 1_000, deliverRetryMs: 5, ...settings },
  });
  closers.push(() => simulator[Symbol.asyncDispose]());
  return simulator;
};

/** A client by the `smpp` package that acknowledges what comes by the status `answer` gives. */
export class Client {
  readonly session: smpp.Session;
  readonly deliveries: smpp.Pdu[] = [];
  readonly order: string[] = [];
  answer: () => number | undefined = () => 0;
  #waiting: (() => void)[] = [];

  constructor(session: smpp.Session) {
    this.session = session;
    session.on('error', () => undefined);
    session.on('deliver_sm', (pdu: smpp.Pdu) => {
      this.deliveries.push(pdu);
      this.order.push('deliver');
      const status = this.answer();
      if (status !== undefined) session.send(pdu.response({ command_status: status }));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  async delivered(count: number): Promise<void> {
    while (this.deliveries.length < count)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  submit(fields: Record<string, unknown> = {}): Promise<smpp.Pdu> {
    return new Promise((resolve) =>
      this.session.submit_sm(
        {
          source_addr: 'ACME',
          source_addr_ton: 5,
          destination_addr: '447700900123',
          dest_addr_ton: 1,
          dest_addr_npi: 1,
          registered_delivery: 1,
          short_message: 'Hello #t-1',
          ...fields,
        },
        (answer) => {
          this.order.push('response');
          resolve(answer);
        },
      ),
    );
  }
}

/** Connects. */
export async function open(simulator: Simulator): Promise<Client> {
  const session = smpp.connect({ host: simulator.host, port: simulator.port });
  closers.push(() => session.destroy());
  await once(session, 'connect');
  return new Client(session);
}

/** Binds; gives the answer. */
export const bind = (
  client: Client,
  kind: 'bind_transceiver' | 'bind_receiver' | 'bind_transmitter' = 'bind_transceiver',
): Promise<smpp.Pdu> =>
  new Promise((resolve) =>
    client.session[kind](
      { system_id: 'sendium', password: 'secret', interface_version: 0x34 },
      resolve,
    ),
  );

/** Connects and binds. */
export async function openBound(simulator: Simulator): Promise<Client> {
  const client = await open(simulator);
  const { command_status: status, sc_interface_version: version } = await bind(client);
  if (status !== 0 || version !== 0x34) throw new Error(`not bound: ${status}`);
  return client;
}

/** Asks the control; gives its JSON. */
export async function call<T>(simulator: Simulator, request: string, body?: unknown): Promise<T> {
  const [method = '', path = ''] = request.split(' ');
  const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetch(simulator.controlUrl + path, init);
  return (await response.json()) as T;
}
/** GET /stats. */
export const statsOf = (simulator: Simulator) => call<CarrierStats>(simulator, 'GET /stats');

/** The statistics once this holds of them. */
export async function until(simulator: Simulator, isSo: (stats: CarrierStats) => boolean) {
  for (;;) {
    const stats = await statsOf(simulator);
    if (isSo(stats)) return stats;
  }
}

/** Everything a raw socket gets until the simulator closes it. */
export async function exchange(simulator: Simulator, octets: Buffer): Promise<Buffer> {
  const socket = connect(simulator.port, simulator.host);
  closers.push(() => void socket.destroy());
  const got: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => got.push(chunk));
  socket.on('error', () => undefined);
  socket.write(octets);
  await once(socket, 'close');
  return Buffer.concat(got);
}
