// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { commandStatus } from '@sendium/smpp-pdu';
import { boundPair } from './bound-pair.fixture.ts';
import { turn } from './fake-clock.fixture.ts';

const submit = { command: 'submit_sm', destinationAddr: '447700900123' } as const;

test('unbind waits for the answers still owed, takes nothing new, then unbinds and closes', async () => {
  let release: (status: number) => void = () => undefined;
  const onRequest = () => new Promise<number>((resolve) => (release = resolve));
  await using pair = await boundPair({ onRequest });
  const { session, carrier } = pair;
  const request = session.request(submit);
  const { sequenceNumber } = await carrier.next('submit_sm');
  carrier.send({ command: 'deliver_sm', sequenceNumber: 5 });
  while (session.inboundPending === 0) await turn();

  const ended = session.unbind();
  expect(await session.request(submit)).toEqual({ kind: 'unsent' });
  carrier.send({ command: 'deliver_sm', sequenceNumber: 6 });
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({
    sequenceNumber: 6,
    commandStatus: commandStatus.ESME_RX_T_APPN,
  });
  carrier.send({ command: 'submit_sm_resp', sequenceNumber, messageId: '1' });
  expect(await request).toMatchObject({ kind: 'answered' });
  await turn();
  expect(carrier.received.at(-1)?.command).toBe('deliver_sm_resp');
  release(0);
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({ sequenceNumber: 5 });
  const unbind = await carrier.next('unbind');
  carrier.send({ command: 'unbind_resp', sequenceNumber: unbind.sequenceNumber });
  expect(await ended).toEqual({ kind: 'unbound', by: 'us' });
  await carrier.closed;
});

test('unbind goes on without an answer that does not come, and closes without unbind_resp', async () => {
  await using pair = await boundPair();
  const { session, carrier, clock } = pair;
  const request = session.request(submit);
  await carrier.next('submit_sm');
  const ended = session.unbind();
  await clock.advance(5_000);
  await carrier.next('unbind');
  expect(session.inFlight).toBe(1);
  await clock.advance(5_000);
  expect(await ended).toEqual({ kind: 'unbound', by: 'us' });
  expect(await request).toEqual({ kind: 'lost' });
});

test('an unbind of the carrier is answered after what it still waits for, then the session closes', async () => {
  let release: (status: number) => void = () => undefined;
  const onRequest = () => new Promise<number>((resolve) => (release = resolve));
  await using pair = await boundPair({ onRequest });
  const { session, carrier } = pair;
  carrier.send(
    { command: 'deliver_sm', sequenceNumber: 5 },
    { command: 'unbind', sequenceNumber: 6 },
  );
  while (session.isBound) await turn();
  await turn();
  expect(carrier.received).toHaveLength(1);
  release(0);
  await carrier.next('deliver_sm_resp');
  expect(await carrier.next('unbind_resp')).toMatchObject({ sequenceNumber: 6, commandStatus: 0 });
  expect(await session.closed).toEqual({ kind: 'unbound', by: 'peer' });
});

test('when both sides unbind at once, each is answered', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const ended = session.unbind();
  const { sequenceNumber } = await carrier.next('unbind');
  carrier.send({ command: 'unbind', sequenceNumber: 3 });
  expect(await carrier.next('unbind_resp')).toMatchObject({ sequenceNumber: 3, commandStatus: 0 });
  carrier.send({ command: 'unbind_resp', sequenceNumber });
  expect(await ended).toEqual({ kind: 'unbound', by: 'us' });
});

test('a carrier that just closes is told apart from one that resets', async () => {
  await using first = await boundPair();
  first.carrier.socket.end();
  expect(await first.session.closed).toEqual({ kind: 'closed-by-peer' });
  await using second = await boundPair();
  second.carrier.socket.resetAndDestroy();
  expect(await second.session.closed).toEqual({ kind: 'socket-error', code: 'ECONNRESET' });
});

test('a handler that is done after the end disturbs nothing', async () => {
  let release: (status: number) => void = () => undefined;
  const onRequest = () => new Promise<number>((resolve) => (release = resolve));
  await using pair = await boundPair({ onRequest });
  const { session, carrier } = pair;
  carrier.send({ command: 'deliver_sm', sequenceNumber: 5 });
  while (session.inboundPending === 0) await turn();
  carrier.socket.resetAndDestroy();
  await session.closed;
  release(0);
  await turn();
  expect(session.inboundPending).toBe(0);
});

test('to end twice is to end once', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const ended = session.unbind();
  session.destroy();
  session.destroy();
  expect(await ended).toEqual({ kind: 'destroyed' });
  expect(await session.unbind()).toEqual({ kind: 'destroyed' });
  await carrier.closed;
});
