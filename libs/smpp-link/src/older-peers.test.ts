// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { commandStatus } from '@sendium/smpp-pdu';
import type { AcceptOptions } from './accept-session.ts';
import { acceptSession } from './accept-session.ts';
import { CarrierConnection } from './carrier.fixture.ts';
import type { SmppSession } from './smpp-session.ts';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

/** A client of this version, bound to a session of ours. */
async function bound(interfaceVersion: number, options: Partial<AcceptOptions> = {}) {
  let session: SmppSession | undefined;
  const server = createServer((socket) => {
    session = acceptSession(socket, {
      onBind: () =>
        Promise.resolve({ kind: 'accepted', systemId: 'sendium', interfaceVersion: 0x50 }),
      onRequest: () => Promise.resolve(0),
      ...options,
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  disposals.push(() => new Promise((resolve) => server.close(resolve)));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  disposals.push(() => Promise.resolve(socket.destroy()));
  const peer = new CarrierConnection(socket);
  peer.send({ command: 'bind_transceiver', sequenceNumber: 1, interfaceVersion });
  const response = await peer.next('bind_transceiver_resp');
  if (session === undefined) throw new Error('no session');
  return { peer, response, session };
}

test.each([
  [0x00, {}],
  [0x33, {}],
  [0x34, { scInterfaceVersion: 0x50 }],
  [0x50, { scInterfaceVersion: 0x50, congestionState: 40 }],
])('a bind of version 0x%s is answered with the TLVs that it knows: %p', async (version, tlvs) => {
  const { response } = await bound(version, { congestionState: () => 40 });
  expect(response).toMatchObject({ commandStatus: 0, tlvs });
  expect(Object.keys(response.tlvs)).toEqual(Object.keys(tlvs));
});

test.each([
  [0x33, {}, commandStatus.ESME_RSUBMITFAIL],
  [0x34, { additionalStatusInfoText: 'no' }, commandStatus.ESME_RSUBMITFAIL],
  [0x50, { additionalStatusInfoText: 'no', congestionState: 95 }, commandStatus.ESME_RPROHIBITED],
])('a client of version 0x%s gets answers it knows', async (version, tlvs, status) => {
  const { peer } = await bound(version, {
    congestionState: () => 95,
    onRequest: () =>
      Promise.resolve({
        command: 'submit_sm_resp',
        commandStatus: commandStatus.ESME_RPROHIBITED,
        messageId: '12345678',
        tlvs: { additionalStatusInfoText: 'no' },
      }),
  });
  peer.send({ command: 'submit_sm', sequenceNumber: 2 });
  const answer = await peer.next('submit_sm_resp');
  expect(answer).toMatchObject({ commandStatus: status, messageId: '12345678' });
  expect(answer.tlvs).toEqual(tlvs);
});

test('a deliver_sm to a client of 3.3 has no TLV, and its message_payload becomes the text', async () => {
  const { peer, session } = await bound(0x33);
  const tlvs = { receiptedMessageId: '12345678', messagePayload: Buffer.from('Hello') };
  void session.request({ command: 'deliver_sm', sourceAddr: '44', tlvs });
  expect(await peer.next('deliver_sm')).toMatchObject({
    tlvs: {},
    shortMessage: Buffer.from('Hello'),
  });
});

test('a message that a client of 3.3 could not be given whole is not sent, and the caller told', async () => {
  const { session } = await bound(0x33);
  const tlvs = { messagePayload: Buffer.alloc(300) };
  const answer = await session.request({ command: 'deliver_sm', tlvs });
  expect(answer).toMatchObject({ kind: 'invalid' });
  expect(session.inFlight).toBe(0);
});

test('TLVs of a wrong length are refused, and taken on a link that tolerates them', async () => {
  const other = [{ tag: 0x1401, value: Buffer.from('x') }];
  const message = { command: 'submit_sm', sequenceNumber: 2, tlvs: { other } } as const;
  // message_state with two octets
  const malformed = { ...message, tlvs: { other: [{ tag: 0x0427, value: Buffer.alloc(2) }] } };
  const strict = await bound(0x34);
  strict.peer.send(malformed);
  const refused = { commandStatus: commandStatus.ESME_RINVTLVLEN };
  expect(await strict.peer.next('submit_sm_resp')).toMatchObject(refused);
  strict.peer.send(message);
  expect(await strict.peer.next('submit_sm_resp')).toMatchObject({ commandStatus: 0 });
  const tolerant = await bound(0x34, { toleratesTlvs: true });
  tolerant.peer.send(malformed);
  expect(await tolerant.peer.next('submit_sm_resp')).toMatchObject({ commandStatus: 0 });
});
