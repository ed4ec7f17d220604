// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import type { CommandName, PduInput } from '@sendium/smpp-pdu';
import { commandStatus, commandStatusName, encodePdu } from '@sendium/smpp-pdu';
import { eventually } from '@sendium/testkit';
import { acceptSession } from './accept-session.ts';
import { connectOptions } from './bound-pair.fixture.ts';
import { Carrier, CarrierConnection } from './carrier.fixture.ts';
import { connectSession } from './connect-session.ts';
import type { BindMode } from './permitted-requests.ts';
import type { BindVerdict } from './session-options.ts';
import type { SmppSession } from './smpp-session.ts';

// What every PDU meets in every state (SMPP 3.4 table 2-1, 5.0 table 2-2). The words:
//   ok       its own response, ESME_ROK          state    its own response, ESME_RINVBNDSTS
//   already  its own response, ESME_RALYBND      later    its own response, try again later
//   id       generic_nack, ESME_RINVCMDID        -        nothing
// The columns of a server: before bind, while a bind is checked, bound in the three modes, while it
// waits for answers before it unbinds, and after its unbind.
const serverTable = `
                         open   checking transmitter receiver transceiver draining unbinding
bind_receiver            ok     already  already     already  already     already  already
bind_transmitter         ok     already  already     already  already     already  already
bind_transceiver         ok     already  already     already  already     already  already
submit_sm                state  state    ok          state    ok          later    later
submit_multi             state  state    ok          state    ok          later    later
query_sm                 state  state    ok          state    ok          later    later
cancel_sm                state  state    ok          state    ok          later    later
replace_sm               state  state    ok          state    ok          later    later
data_sm                  state  state    ok          ok       ok          later    later
enquire_link             ok     ok       ok          ok       ok          ok       ok
unbind                   state  state    ok          ok       ok          -        ok
deliver_sm               id     id       id          id       id          id       id
broadcast_sm             id     id       id          id       id          id       id
query_broadcast_sm       id     id       id          id       id          id       id
cancel_broadcast_sm      id     id       id          id       id          id       id
outbind                  -      -        -           -        -           -        -
alert_notification       -      -        -           -        -           -        -
generic_nack             -      -        -           -        -           -        -
submit_sm_resp           -      -        -           -        -           -        -
bind_transceiver_resp    -      -        -           -        -           -        -
unbind_resp              -      -        -           -        -           -        -
0x00000999               id     id       id          id       id          id       id
0x80000999               id     id       id          id       id          id       id
`;
// Those of a client: its bind on the way, bound in the three modes, draining, unbinding.
const clientTable = `
                         binding transmitter receiver transceiver draining unbinding
deliver_sm               state   state       ok       ok          later    later
data_sm                  state   ok          ok       ok          later    later
enquire_link             ok      ok          ok       ok          ok       ok
unbind                   state   ok          ok       ok          -        ok
alert_notification       -       -           -        -           -        -
outbind                  -       -           -        -           -        -
generic_nack             -       -           -        -           -        -
deliver_sm_resp          -       -           -        -           -        -
submit_sm_resp           -       -           -        -           -        -
submit_sm                id      id          id       id          id       id
submit_multi             id      id          id       id          id       id
query_sm                 id      id          id       id          id       id
cancel_sm                id      id          id       id          id       id
replace_sm               id      id          id       id          id       id
bind_transceiver         id      id          id       id          id       id
bind_receiver            id      id          id       id          id       id
bind_transmitter         id      id          id       id          id       id
broadcast_sm             id      id          id       id          id       id
query_broadcast_sm       id      id          id       id          id       id
cancel_broadcast_sm      id      id          id       id          id       id
0x00000999               id      id          id       id          id       id
`;

const rowsOf = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

/** One case a state: the state, and each PDU with what it meets, in the order of the table. */
function casesOf(table: string): (readonly [string, readonly (readonly [string, string])[]])[] {
  const [states = [], ...rows] = rowsOf(table);
  return states.map((state, column) => [
    state,
    rows.map(([name = '', ...cells]) => [name, cells[column] ?? ''] as const),
  ]);
}

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

const isMode = (state: string): state is BindMode =>
  ['transmitter', 'receiver', 'transceiver'].includes(state);

/** Brings a session of ours into a state; gives its peer. */
async function serverIn(state: string): Promise<CarrierConnection> {
  const verdict: BindVerdict = { kind: 'accepted', systemId: 'sendium' };
  const never = new Promise<never>(() => undefined);
  // By the port of who connected: somebody else's client may still look for a server that had this one.
  const sessions = new Map<number | undefined, SmppSession>();
  const server = createServer((socket) => {
    const session = acceptSession(socket, {
      onBind: () => (state === 'checking' ? never : Promise.resolve(verdict)),
      // In 'draining' one request stays in work.
      onRequest: ({ sequenceNumber }) => (sequenceNumber === 1 ? never : Promise.resolve(0)),
      maxMalformedPerMinute: 1_000,
    });
    sessions.set(socket.remotePort, session);
    disposals.push(async () => session.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  disposals.push(() => new Promise((resolve) => server.close(resolve)));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const peer = new CarrierConnection(socket);
  const session = await eventually(() => {
    const own = sessions.get(socket.localPort);
    if (own === undefined) throw new Error('no session');
    return own;
  });
  if (state === 'open') return peer;
  const mode = isMode(state) ? state : 'transceiver';
  peer.send({ command: `bind_${mode}`, sequenceNumber: 3 });
  if (state === 'checking') return peer;
  await peer.next(`bind_${mode}_resp`);
  if (state === 'draining') {
    peer.send({ command: 'submit_sm', sequenceNumber: 1 });
    await eventually(() => expect(session.inboundPending).toBe(1));
  }
  if (!isMode(state)) void session.unbind();
  if (state === 'unbinding') await peer.next('unbind');
  return peer;
}

async function clientIn(state: string): Promise<CarrierConnection> {
  const listening = await Carrier.listen();
  disposals.push(() => listening[Symbol.asyncDispose]());
  const mode = isMode(state) ? state : 'transceiver';
  const bind = { mode, systemId: 'sendium', password: 'secret' };
  const signal = new AbortController();
  const { port } = listening;
  const result = connectSession(connectOptions(port, { bind, signal: signal.signal }));
  const peer = await listening.accept();
  const { sequenceNumber } = await peer.next(`bind_${mode}`);
  if (state === 'binding') {
    disposals.push(async () => signal.abort());
    return peer;
  }
  peer.send({ command: `bind_${mode}_resp`, sequenceNumber, systemId: 'carrier' });
  const bound = await result;
  if (bound.kind !== 'bound') throw new Error(bound.kind);
  const { session } = bound;
  disposals.push(async () => session.destroy());
  if (state === 'draining') {
    void session.request({ command: 'submit_sm' });
    await peer.next('submit_sm');
  }
  if (!isMode(state)) void session.unbind();
  if (state === 'unbinding') await peer.next('unbind');
  return peer;
}

/** Sends one PDU and gives the word for what came back, if anything. */
async function ask(peer: CarrierConnection, name: string): Promise<string> {
  const before = peer.received.length;
  peer.socket.write(frameOf(name));
  // Two rounds: what a handler answers is written before the second is.
  for (const marker of [900, 901]) {
    peer.send({ command: 'enquire_link', sequenceNumber: marker });
    const isOver = () =>
      peer.socket.closed || peer.received.some((pdu) => pdu.sequenceNumber === marker);
    await eventually(() => expect(isOver()).toBe(true), { intervalMs: 1 });
  }
  const came = peer.received.splice(before);
  const answer = came.find((pdu) => pdu.sequenceNumber === 500);
  return answer === undefined ? '-' : wordFor(name, answer.command, answer.commandStatus);
}

function frameOf(name: string): Buffer {
  const command = name.startsWith('0x') ? 'enquire_link' : (name as CommandName);
  const frame = encodePdu({ command, sequenceNumber: 500 } as PduInput);
  if (name.startsWith('0x')) frame.writeUInt32BE(Number(name), 4);
  return frame;
}

const words = new Map<number, string>([
  [commandStatus.ESME_ROK, 'ok'],
  [commandStatus.ESME_RINVBNDSTS, 'state'],
  [commandStatus.ESME_RALYBND, 'already'],
  [commandStatus.ESME_RSYSERR, 'later'],
  [commandStatus.ESME_RX_T_APPN, 'later'],
]);

function wordFor(name: string, command: CommandName, status: number): string {
  if (command === 'generic_nack') {
    return status === commandStatus.ESME_RINVCMDID ? 'id' : commandStatusName(status);
  }
  const word = words.get(status) ?? commandStatusName(status);
  return command === `${name}_resp` ? word : `${command} ${word}`;
}

/** What ends a state is asked on a session of its own; the rest one after the other. */
const endsTheState = (name: string) => /^bind_|^unbind|^generic_nack/.test(name);

async function askAll(
  enter: (state: string) => Promise<CarrierConnection>,
  state: string,
  names: readonly string[],
): Promise<readonly (readonly [string, string])[]> {
  const shared = await enter(state);
  const met: (readonly [string, string])[] = [];
  for (const name of names) {
    const peer = endsTheState(name) ? await enter(state) : shared;
    met.push([name, await ask(peer, name)]);
  }
  return met;
}

test.each(casesOf(serverTable))(
  'a server that is %s answers each PDU as the table says',
  async (state, rows) => {
    const met = await askAll(
      serverIn,
      state,
      rows.map(([name]) => name),
    );
    expect(met).toEqual(rows);
  },
);

test.each(casesOf(clientTable))(
  'a client that is %s answers each PDU as the table says',
  async (state, rows) => {
    const met = await askAll(
      clientIn,
      state,
      rows.map(([name]) => name),
    );
    expect(met).toEqual(rows);
  },
);
