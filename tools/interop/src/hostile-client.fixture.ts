// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect } from 'node:net';
import type { PduInput } from '@sendium/smpp-pdu';
import { encodePdu } from '@sendium/smpp-pdu';
import { pduMutator } from '@sendium/testkit';
import type { SmppTarget } from './smpp-target.ts';

const text = Buffer.from('Hello');
const examples: readonly PduInput[] = [
  { command: 'submit_sm', destinationAddr: '447700900123', shortMessage: text },
  { command: 'submit_sm', sourceAddr: 'ACME', tlvs: { messagePayload: text, sarMsgRefNum: 1 } },
  { command: 'submit_multi', destinations: [{ kind: 'list', dlName: 'all' }], shortMessage: text },
  { command: 'data_sm', destinationAddr: '447700900123', tlvs: { messagePayload: text } },
  { command: 'query_sm', messageId: '1' },
  { command: 'cancel_sm', messageId: '1' },
  { command: 'replace_sm', messageId: '1', shortMessage: text },
  { command: 'deliver_sm_resp' },
  { command: 'enquire_link' },
];
const seeds = examples.map((pdu, index) => encodePdu({ ...pdu, sequenceNumber: index + 2 }));

/** How a hostile client comes: after a good bind or without one. */
export interface HostileVisit {
  readonly isBound: boolean;
  readonly seed: number;
  readonly count: number;
}

/** One connection that sends mutated PDUs until they are all sent or it is closed; gives how many. */
export async function visitHostile(
  { port, systemId, password }: SmppTarget,
  { isBound, seed, count }: HostileVisit,
): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  if (isBound) {
    socket.write(encodePdu({ command: 'bind_transceiver', systemId, password }));
    await Promise.race([once(socket, 'data').catch(() => undefined), closed]);
  }
  socket.resume();
  const next = pduMutator({ seeds, seed, keepsLength: seed % 4 !== 3 });
  let sent = 0;
  for (; sent < count && socket.writable; sent++) {
    const written = new Promise<void>((resolve) => socket.write(next(), () => resolve()));
    await Promise.race([written, closed]);
  }
  socket.end();
  await closed;
  return sent;
}
