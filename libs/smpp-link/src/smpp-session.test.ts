// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { commandStatus, encodePdu } from '@sendium/smpp-pdu';
import type { PduInput } from '@sendium/smpp-pdu';
import { boundPair } from './bound-pair.fixture.ts';
import { turn } from './fake-clock.fixture.ts';
import type { CarrierRequest } from './connect-session.ts';
import type { RequestAnswer } from './session-options.ts';

const submit = (text = 'Hello') =>
  ({
    command: 'submit_sm',
    destinationAddr: '447700900123',
    shortMessage: Buffer.from(text),
  }) as const;

/** Handlers that are done when the test says so. */
function heldHandlers() {
  const taken: CarrierRequest[] = [];
  const release: ((answer: RequestAnswer) => void)[] = [];
  const onRequest = (pdu: CarrierRequest) => {
    taken.push(pdu);
    return new Promise<RequestAnswer>((resolve) => release.push(resolve));
  };
  return { taken, release, onRequest };
}

/** Turns of the event loop until this holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

test('answers in any order settle the requests they belong to', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const requests = ['a', 'b', 'c'].map((text) => session.request(submit(text)));
  const sent = [];
  for (let i = 0; i < 3; i++) sent.push(await carrier.next('submit_sm'));
  expect(session.inFlight).toBe(3);
  for (const { sequenceNumber, shortMessage } of sent.reverse()) {
    const messageId = `id-${shortMessage.toString()}`;
    carrier.send({ command: 'submit_sm_resp', sequenceNumber, messageId });
  }
  const answers = await Promise.all(requests);
  expect(answers.map((answer) => answer.kind === 'answered' && answer.pdu.messageId)).toEqual([
    'id-a',
    'id-b',
    'id-c',
  ]);
  expect(session.inFlight).toBe(0);
});

test('a refusal is an answer with its status, a generic_nack is told apart', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const refused = session.request(submit());
  const nacked = session.request(submit());
  const first = await carrier.next('submit_sm');
  const second = await carrier.next('submit_sm');
  const status = commandStatus.ESME_RTHROTTLED;
  carrier.send(
    { command: 'submit_sm_resp', sequenceNumber: first.sequenceNumber, commandStatus: status },
    {
      command: 'generic_nack',
      sequenceNumber: second.sequenceNumber,
      commandStatus: commandStatus.ESME_RINVCMDID,
    },
  );
  expect(await refused).toMatchObject({ kind: 'answered', status });
  expect(await nacked).toEqual({ kind: 'nacked', status: commandStatus.ESME_RINVCMDID });
});

test('an answer that comes twice, or to nothing, is reported and changes nothing', async () => {
  await using pair = await boundPair();
  const { session, carrier, events } = pair;
  const request = session.request(submit());
  const { sequenceNumber } = await carrier.next('submit_sm');
  const answer: PduInput = { command: 'submit_sm_resp', sequenceNumber, messageId: '1' };
  carrier.send(answer, answer, { ...answer, sequenceNumber: 999 });
  expect(await request).toMatchObject({ kind: 'answered' });
  await until(() => events.length === 2);
  expect(events.map(({ kind }) => kind)).toEqual(['unexpected-response', 'unexpected-response']);
  expect(session.isBound).toBe(true);
});

test('a response of another kind does not settle a request', async () => {
  await using pair = await boundPair();
  const { session, carrier, events } = pair;
  void session.request(submit());
  const { sequenceNumber } = await carrier.next('submit_sm');
  carrier.send({ command: 'query_sm_resp', sequenceNumber });
  await until(() => events.length === 1);
  expect(session.inFlight).toBe(1);
});

test('a request without an answer times out after the response time, and a late answer is reported', async () => {
  await using pair = await boundPair({ timers: { enquireLinkMs: 0 } });
  const { session, carrier, clock, events } = pair;
  const first = session.request(submit());
  await clock.advance(10_000);
  const second = session.request(submit());
  const { sequenceNumber } = await carrier.next('submit_sm');
  await clock.advance(19_999);
  expect(session.inFlight).toBe(2);
  await clock.advance(1);
  expect(await first).toEqual({ kind: 'timeout' });
  expect(session.inFlight).toBe(1);
  carrier.send({ command: 'submit_sm_resp', sequenceNumber, messageId: 'late' });
  await until(() => events.length === 1);
  expect(events).toMatchObject([{ kind: 'unexpected-response', pdu: { messageId: 'late' } }]);
  await clock.advance(10_000);
  expect(await second).toEqual({ kind: 'timeout' });
});

test('a reset with a hundred in flight: each is lost, and none waits for ever', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const requests = Array.from({ length: 100 }, () => session.request(submit()));
  for (let i = 0; i < 100; i++) await carrier.next('submit_sm');
  carrier.socket.resetAndDestroy();
  expect(await session.closed).toEqual({ kind: 'socket-error', code: 'ECONNRESET' });
  const answers = await Promise.all(requests);
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['lost']));
  expect(session.inFlight).toBe(0);
});

test('what was never handed to the socket is unsent, not lost', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const left = session.request(submit('left'));
  await carrier.next('submit_sm');
  const stayed = session.request(submit('stayed'));
  session.destroy();
  expect(await left).toEqual({ kind: 'lost' });
  expect(await stayed).toEqual({ kind: 'unsent' });
  expect(await session.request(submit('after'))).toEqual({ kind: 'unsent' });
  await carrier.closed;
  expect(carrier.received.filter(({ command }) => command === 'submit_sm')).toHaveLength(1);
});

test('a request that cannot be written is invalid and harms no other', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const good = session.request(submit('good'));
  const bad = session.request({ ...submit(), sourceAddr: 'x'.repeat(21) });
  expect(await bad).toEqual({ kind: 'invalid', reason: 'sourceAddr is too long' });
  const { sequenceNumber, shortMessage } = await carrier.next('submit_sm');
  expect(shortMessage.toString()).toBe('good');
  carrier.send({ command: 'submit_sm_resp', sequenceNumber });
  expect(await good).toMatchObject({ kind: 'answered' });
});

test('requests of one turn leave together', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const before = carrier.chunks;
  for (let i = 0; i < 100; i++) void session.request(submit());
  for (let i = 0; i < 100; i++) await carrier.next('submit_sm');
  expect(carrier.chunks - before).toBeLessThan(5);
});

test('PDUs that come octet by octet, or many at once, are all understood', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  const requests = Array.from({ length: 3 }, () => session.request(submit()));
  const answers: Buffer[] = [];
  for (let i = 0; i < 3; i++) {
    const { sequenceNumber } = await carrier.next('submit_sm');
    answers.push(encodePdu({ command: 'submit_sm_resp', sequenceNumber, messageId: `${i}` }));
  }
  for (const octet of answers[0]!) {
    carrier.socket.write(Buffer.from([octet]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await requests[0]).toMatchObject({ pdu: { messageId: '0' } });
  carrier.socket.write(Buffer.concat(answers.slice(1)));
  expect(await Promise.all(requests.slice(1))).toHaveLength(2);
});

test('deliver_sm is answered when its handler is done, not before, and in the order of that', async () => {
  const { taken, release, onRequest } = heldHandlers();
  await using pair = await boundPair({ onRequest });
  const { carrier } = pair;
  carrier.send(
    { command: 'deliver_sm', sequenceNumber: 11 },
    { command: 'deliver_sm', sequenceNumber: 12 },
  );
  await until(() => taken.length === 2);
  await turn();
  expect(carrier.received).toHaveLength(1);
  release[1]!(0);
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({
    sequenceNumber: 12,
    commandStatus: 0,
  });
  release[0]!({ command: 'deliver_sm_resp', commandStatus: commandStatus.ESME_RX_T_APPN });
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({
    sequenceNumber: 11,
    commandStatus: commandStatus.ESME_RX_T_APPN,
  });
});

test('with the agreed number of requests in work it stops reading, and goes on when they are done', async () => {
  const { taken, release, onRequest } = heldHandlers();
  await using pair = await boundPair({ onRequest, maxInboundPending: 5 });
  const { session, carrier } = pair;
  const all = Array.from({ length: 50 }, (_, index) => index + 1);
  carrier.send(
    ...all.map((sequenceNumber) => ({ command: 'deliver_sm', sequenceNumber }) as const),
  );
  await until(() => taken.length === 5);
  await turn();
  expect(taken).toHaveLength(5);
  expect(session.inboundPending).toBe(5);
  for (const sequenceNumber of all) {
    await until(() => release.length >= sequenceNumber);
    expect(session.inboundPending).toBeLessThanOrEqual(5);
    release[sequenceNumber - 1]!(0);
    expect(await carrier.next('deliver_sm_resp')).toMatchObject({ sequenceNumber });
  }
});

test('while we do not read, nothing of the peer counts as silence or as a time-out', async () => {
  const { taken, release, onRequest } = heldHandlers();
  await using pair = await boundPair({ onRequest, maxInboundPending: 1 });
  const { session, carrier, clock } = pair;
  const request = session.request(submit());
  const { sequenceNumber } = await carrier.next('submit_sm');
  carrier.send(
    { command: 'deliver_sm', sequenceNumber: 1 },
    { command: 'submit_sm_resp', sequenceNumber, messageId: 'unread' },
  );
  await until(() => taken.length === 1);
  await clock.advance(55_000);
  expect(session.isBound).toBe(true);
  release[0]!(0);
  expect(await request).toMatchObject({ kind: 'answered', pdu: { messageId: 'unread' } });
});

test('a peer that does not read its answers is not read from either, and loses none', async () => {
  await using pair = await boundPair();
  const { carrier } = pair;
  const enquiries = 1_000_000;
  const frame = encodePdu({ command: 'enquire_link', sequenceNumber: 1 });
  carrier.socket.pause();
  carrier.socket.removeAllListeners('data');
  let answered = 0;
  carrier.socket.on('data', (chunk) => (answered += chunk.length));
  carrier.socket.pause();
  carrier.socket.write(Buffer.alloc(enquiries * frame.length, frame));
  let before = -1;
  // Until nothing moves any more.
  while (carrier.socket.bytesWritten - carrier.socket.writableLength !== before) {
    before = carrier.socket.bytesWritten - carrier.socket.writableLength;
    for (let i = 0; i < 200; i++) await turn();
  }
  expect(carrier.socket.writableLength).toBeGreaterThan(0);
  carrier.socket.resume();
  await until(() => answered === enquiries * frame.length);
}, 60_000);

test('a handler that throws makes the peer try again later, and is reported', async () => {
  const onRequest = () => {
    throw new Error('broken');
  };
  await using pair = await boundPair({ onRequest });
  const { carrier, events } = pair;
  carrier.send({ command: 'deliver_sm', sequenceNumber: 3 });
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({
    sequenceNumber: 3,
    commandStatus: commandStatus.ESME_RX_T_APPN,
  });
  expect(events).toMatchObject([{ kind: 'handler-failed', error: { message: 'broken' } }]);
});
