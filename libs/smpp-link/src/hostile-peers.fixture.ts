// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Pdu, PduInput } from '@sendium/smpp-pdu';
import { encodePdu } from '@sendium/smpp-pdu';
import { pduMutator } from '@sendium/testkit';
import { acceptSession } from './accept-session.ts';
import { connectSession } from './connect-session.ts';
import type { SmppSession } from './smpp-session.ts';

const text = Buffer.from('Hello world, this is a text of 44 characters');
const receipt = Buffer.from('id:1 sub:001 dlvrd:001 done date:2601020304 stat:DELIVRD err:000');
const examples: readonly PduInput[] = [
  { command: 'bind_transceiver', systemId: 'app', password: 'secret', interfaceVersion: 0x34 },
  { command: 'submit_sm', destinationAddr: '447700900123', shortMessage: text },
  { command: 'submit_sm', tlvs: { messagePayload: text, sarMsgRefNum: 1, sarTotalSegments: 2 } },
  { command: 'submit_multi', destinations: [{ kind: 'list', dlName: 'all' }], shortMessage: text },
  { command: 'data_sm', destinationAddr: '44', tlvs: { messagePayload: text } },
  { command: 'deliver_sm', esmClass: 4, shortMessage: receipt, tlvs: { receiptedMessageId: '1' } },
  { command: 'query_sm', messageId: '1' },
  { command: 'cancel_sm', messageId: '1' },
  { command: 'replace_sm', messageId: '1', shortMessage: text },
  { command: 'enquire_link' },
  { command: 'submit_sm_resp', messageId: '1' },
  { command: 'deliver_sm_resp' },
  { command: 'generic_nack', commandStatus: 3 },
];
const seeds = examples.map((pdu, index) => encodePdu({ ...pdu, sequenceNumber: index + 2 }));
const bindFrame = seeds[0] ?? Buffer.alloc(0);
/** What a neighbour sends who means no harm. */
const goodFrame = encodePdu({ command: 'submit_sm', sequenceNumber: 9, shortMessage: text });

/** A server of ours, one well-behaved client on it, and any number of neighbours. */
export interface Village extends AsyncDisposable {
  readonly port: number;
  /** Sessions that have not ended, the well-behaved client's among them. */
  readonly open: () => number;
  /** Requests and malformed PDUs that reached a session. */
  readonly taken: () => number;
  /** A message of the well-behaved client, from its submit to its answer, in milliseconds. */
  readonly roundTrip: () => Promise<number>;
}

/** Starts it; with `maxMalformedPerMinute` sessions bear more than by default. */
export async function startVillage(maxMalformedPerMinute = 10): Promise<Village> {
  const sessions = new Set<SmppSession>();
  let taken = 0;
  const take = (_?: Pdu) => (taken += 1);
  const server = createServer((socket) => {
    const session = acceptSession(socket, {
      maxMalformedPerMinute,
      onBind: () => Promise.resolve({ kind: 'accepted', systemId: 'sendium' }),
      onRequest: (pdu) => {
        take(pdu);
        return Promise.resolve(0);
      },
      onEvent: () => take(),
    });
    sessions.add(session);
    void session.closed.then(() => sessions.delete(session));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const good = await connectSession({
    host: '127.0.0.1',
    port,
    bind: { mode: 'transceiver', systemId: 'good', password: 'secret' },
    onRequest: () => Promise.resolve(0),
  });
  if (good.kind !== 'bound') throw new Error(good.kind);
  return {
    port,
    open: () => sessions.size,
    taken: () => taken,
    async roundTrip() {
      const startedAtMs = performance.now();
      const answer = await good.session.request({ command: 'submit_sm', shortMessage: text });
      if (answer.kind !== 'answered') throw new Error(`the good client's submit is ${answer.kind}`);
      return performance.now() - startedAtMs;
    },
    async [Symbol.asyncDispose]() {
      good.session.destroy();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How a neighbour behaves: one connection after the other, each with so many PDUs. */
export interface NeighbourOptions {
  readonly port: number;
  readonly count: number;
  readonly perConnection: number;
  readonly isBound: boolean;
  /** Undefined for one that sends good PDUs only. */
  readonly seed: number | undefined;
}

const perWrite = 25;

/** Sends `count` PDUs, taking another connection whenever the server ends one; gives their number. */
export async function beNeighbour(options: NeighbourOptions): Promise<{ connections: number }> {
  const { count, perConnection, seed } = options;
  let sent = 0;
  let connections = 0;
  while (sent < count) {
    // Every fourth connection lies about lengths too, which ends it soon.
    const next =
      seed === undefined
        ? () => goodFrame
        : pduMutator({ seeds, seed: seed + connections, keepsLength: connections % 4 !== 3 });
    sent += await useConnection(options, next, Math.min(perConnection, count - sent));
    connections += 1;
  }
  return { connections };
}

async function useConnection(
  { port, isBound }: NeighbourOptions,
  next: () => Buffer,
  count: number,
): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  if (isBound) {
    socket.write(bindFrame);
    await Promise.race([once(socket, 'data').catch(() => undefined), closed]);
  }
  socket.resume();
  let sent = 0;
  while (sent < count && socket.writable) {
    const batch = Array.from({ length: Math.min(perWrite, count - sent) }, next);
    await Promise.race([write(socket, Buffer.concat(batch)), closed]);
    sent += batch.length;
  }
  socket.end();
  await closed;
  return sent;
}

/** In two pieces, wherever that cuts; resolves when the kernel has it. */
async function write(socket: Socket, octets: Buffer): Promise<void> {
  const cut = octets.length % 97;
  socket.write(octets.subarray(0, cut));
  await new Promise<void>((resolve) => socket.write(octets.subarray(cut), () => resolve()));
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Octets in use when all garbage is gone. */
export function usedBytes(): number {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The middle of the numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
