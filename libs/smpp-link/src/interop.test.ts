// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { commandStatus } from '@sendium/smpp-pdu';
import type { PduOf } from '@sendium/smpp-pdu';
import { connectSession } from './connect-session.ts';
import type { CarrierRequest } from './connect-session.ts';

// The `smpp` package as the carrier: an implementation that is not ours.
interface PeerPdu {
  readonly command: string;
  readonly sequence_number: number;
  readonly command_status: number;
  readonly system_id: string;
  readonly password: string;
  readonly destination_addr: string;
  readonly short_message: { readonly message: string };
  response(fields?: Record<string, unknown>): PeerPdu;
}
interface PeerSession {
  on(event: string, listener: (pdu: PeerPdu) => void): void;
  send(pdu: PeerPdu): void;
  deliver_sm(fields: Record<string, unknown>, onAnswer: (pdu: PeerPdu) => void): void;
  unbind(onAnswer?: () => void): void;
  close(): void;
}
interface Peer {
  createServer(onSession: (session: PeerSession) => void): Server & { sessions: PeerSession[] };
}
const peer = createRequire(import.meta.url)('smpp') as Peer;

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

async function serve(onSession: (session: PeerSession) => void): Promise<number> {
  const server = peer.createServer((session) => {
    session.on('error', () => undefined);
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => {
      session.send(pdu.response());
      session.close();
    });
    session.on('bind_transceiver', (pdu) => {
      const isKnown = pdu.password === 'secret';
      const command_status = isKnown ? 0 : commandStatus.ESME_RBINDFAIL;
      session.send(pdu.response({ command_status, system_id: 'carrier' }));
    });
    onSession(session);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  disposals.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

async function bind(port: number, onRequest = (_: CarrierRequest) => Promise.resolve(0)) {
  const result = await connectSession({
    host: '127.0.0.1',
    port,
    bind: { mode: 'transceiver', systemId: 'sendium', password: 'secret' },
    timers: { drainMs: 50 },
    onRequest,
  });
  if (result.kind !== 'bound') throw new Error(`not bound: ${JSON.stringify(result)}`);
  disposals.push(() => result.session.unbind());
  return result;
}

test('binds to an independent server, submits, and is given the message id', async () => {
  const seen: string[] = [];
  const port = await serve((session) =>
    session.on('submit_sm', (pdu) => {
      seen.push(`${pdu.destination_addr} ${pdu.short_message.message}`);
      session.send(pdu.response({ message_id: `id-${pdu.sequence_number}` }));
    }),
  );
  const { session, systemId } = await bind(port);
  const answers = await Promise.all(
    ['one', 'two', 'three'].map((text) =>
      session.request({
        command: 'submit_sm',
        destinationAddr: '447700900123',
        dataCoding: 3,
        shortMessage: Buffer.from(text),
      }),
    ),
  );
  expect(systemId).toBe('carrier');
  expect(answers.map((answer) => answer.kind === 'answered' && answer.pdu.messageId)).toEqual([
    'id-2',
    'id-3',
    'id-4',
  ]);
  expect(seen).toEqual(['447700900123 one', '447700900123 two', '447700900123 three']);
});

test('says that wrong credentials were refused, and with which status', async () => {
  const port = await serve(() => undefined);
  const result = await connectSession({
    host: '127.0.0.1',
    port,
    bind: { mode: 'transceiver', systemId: 'sendium', password: 'wrong' },
    timers: { unbindMs: 100 },
    onRequest: () => Promise.resolve(0),
  });
  expect(result).toEqual({ kind: 'refused', status: commandStatus.ESME_RBINDFAIL });
});

test('answers deliver_sm of an independent server with what the handler says', async () => {
  let settle: (status: number) => void = () => undefined;
  const answered = new Promise<number>((resolve) => (settle = resolve));
  const port = await serve((session) =>
    session.on('bind_transceiver', () =>
      session.deliver_sm(
        { source_addr: '447700900123', destination_addr: '12345', short_message: 'hi' },
        (pdu) => settle(pdu.command_status),
      ),
    ),
  );
  const taken: CarrierRequest[] = [];
  await bind(port, (pdu) => {
    taken.push(pdu);
    return Promise.resolve(commandStatus.ESME_RX_T_APPN);
  });
  expect(await answered).toBe(commandStatus.ESME_RX_T_APPN);
  expect((taken[0] as PduOf<'deliver_sm'>).shortMessage.toString('latin1')).toBe('hi');
});

test('unbinds in order when asked to, and when the server asks', async () => {
  const port = await serve((session) =>
    session.on('submit_sm', () => {
      session.unbind(() => session.close());
    }),
  );
  const first = await bind(port);
  expect(await first.session.unbind()).toEqual({ kind: 'unbound', by: 'us' });
  const second = await bind(port);
  const answer = second.session.request({ command: 'submit_sm' });
  expect(await second.session.closed).toEqual({ kind: 'unbound', by: 'peer' });
  expect(await answer).toEqual({ kind: 'lost' });
});
