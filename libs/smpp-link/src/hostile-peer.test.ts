// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { commandStatus, encodePdu } from '@sendium/smpp-pdu';
import type { PduInput } from '@sendium/smpp-pdu';
import { boundPair, connectOptions } from './bound-pair.fixture.ts';
import { Carrier } from './carrier.fixture.ts';
import { connectSession } from './connect-session.ts';
import { turn } from './fake-clock.fixture.ts';

/** A PDU cut to this length, its command_length true. */
function cut(pdu: PduInput, length: number): Buffer {
  const frame = Buffer.from(encodePdu(pdu).subarray(0, length));
  frame.writeUInt32BE(length, 0);
  return frame;
}

test('a cut deliver_sm is answered by its own response, and the session goes on', async () => {
  await using pair = await boundPair();
  const { session, carrier, events } = pair;
  carrier.socket.write(cut({ command: 'deliver_sm', sequenceNumber: 4 }, 20));
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({
    sequenceNumber: 4,
    commandStatus: commandStatus.ESME_RINVDSTTON,
  });
  expect(events).toMatchObject([{ kind: 'malformed' }]);
  expect(session.isBound).toBe(true);
});

test('an unknown command is answered by generic_nack, and the session goes on', async () => {
  await using pair = await boundPair();
  const { session, carrier } = pair;
  carrier.socket.write(Buffer.from('00000010000004440000000000000009', 'hex'));
  expect(await carrier.next('generic_nack')).toMatchObject({
    sequenceNumber: 9,
    commandStatus: commandStatus.ESME_RINVCMDID,
  });
  expect(session.isBound).toBe(true);
});

test.each([
  ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a length of 0', Buffer.alloc(32)],
  ['a length of 3', Buffer.from('00000003', 'hex')],
  ['a length of 15', Buffer.from('0000000f00000015', 'hex')],
  ['a length of 4 GiB', Buffer.from('ffffffff', 'hex')],
])(
  '%s is answered by generic_nack with sequence number 0, and the connection closed',
  async (_, bytes) => {
    await using pair = await boundPair();
    const { session, carrier } = pair;
    const request = session.request({ command: 'submit_sm' });
    await carrier.next('submit_sm');
    carrier.socket.write(bytes);
    expect(await carrier.next('generic_nack')).toMatchObject({
      sequenceNumber: 0,
      commandStatus: commandStatus.ESME_RINVCMDLEN,
    });
    expect(await request).toEqual({ kind: 'lost' });
    expect(await session.closed).toEqual({
      kind: 'corrupt-stream',
      commandLength: bytes.readUInt32BE(0),
    });
  },
);

test('an attempt to bind at a peer that speaks no SMPP fails, so that the next one can follow', async () => {
  await using listening = await Carrier.listen();
  const result = connectSession(connectOptions(listening.port));
  const carrier = await listening.accept();
  carrier.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
  expect(await result).toMatchObject({ kind: 'failed', reason: { kind: 'corrupt-stream' } });
  await carrier.closed;
});

test('a peer that goes on writing after the stream was corrupt does not keep the session', async () => {
  await using pair = await boundPair();
  const { session, carrier, clock } = pair;
  carrier.socket.allowHalfOpen = true;
  carrier.socket.write(Buffer.alloc(64));
  await carrier.next('generic_nack');
  const flood = setInterval(() => carrier.socket.write(Buffer.alloc(1_000)), 1);
  try {
    await clock.advance(5_000);
    expect(await session.closed).toMatchObject({ kind: 'corrupt-stream' });
  } finally {
    clearInterval(flood);
  }
});

test('ten malformed PDUs within a minute are borne, the eleventh ends the session by unbind', async () => {
  await using pair = await boundPair({ timers: { enquireLinkMs: 0 } });
  const { session, carrier, clock } = pair;
  const sendMalformed = async () => {
    carrier.socket.write(cut({ command: 'deliver_sm' }, 17));
    await carrier.next('deliver_sm_resp');
  };
  for (let i = 0; i < 10; i++) await sendMalformed();
  await clock.advance(60_000);
  for (let i = 0; i < 10; i++) await sendMalformed();
  expect(session.isBound).toBe(true);
  await sendMalformed();
  await carrier.next('unbind');
  expect(await session.closed).toEqual({ kind: 'too-many-malformed' });
});

test.each([
  ['submit_sm', 'generic_nack', commandStatus.ESME_RINVCMDID],
  ['query_sm', 'generic_nack', commandStatus.ESME_RINVCMDID],
  ['bind_transceiver', 'generic_nack', commandStatus.ESME_RINVCMDID],
  ['broadcast_sm', 'generic_nack', commandStatus.ESME_RINVCMDID],
] as const)('a carrier that sends %s is answered by %s', async (command, answer, status) => {
  await using pair = await boundPair();
  const { carrier, events } = pair;
  carrier.send({ command, sequenceNumber: 5 });
  expect(await carrier.next(answer)).toMatchObject({ sequenceNumber: 5, commandStatus: status });
  expect(events).toEqual([{ kind: 'refused-request', command, status }]);
});

test('outbind, alert_notification and answers to nothing are never answered', async () => {
  await using pair = await boundPair();
  const { carrier } = pair;
  carrier.send(
    { command: 'outbind', systemId: 'carrier' },
    { command: 'alert_notification', sourceAddr: '447700900123' },
    { command: 'generic_nack', commandStatus: 3, sequenceNumber: 77 },
    { command: 'enquire_link_resp', sequenceNumber: 78 },
    { command: 'enquire_link', sequenceNumber: 79 },
  );
  expect(await carrier.next('enquire_link_resp')).toMatchObject({ sequenceNumber: 79 });
  await turn();
  expect(carrier.received).toHaveLength(2);
});

test('random octets after the bind never throw, and always end in an answer or the end', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    await using pair = await boundPair();
    const { session, carrier } = pair;
    carrier.socket.removeAllListeners('data');
    carrier.socket.resume();
    // A generator of its own, so that a failure can be had again.
    let state = seed * 2_654_435_761;
    const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 16;
    const deliver = encodePdu({ command: 'deliver_sm', shortMessage: Buffer.from('Hello') });
    for (let i = 0; i < 200; i++) {
      const frame = Buffer.from(deliver);
      for (let n = random() % 4; n >= 0; n--) frame[4 + (random() % (frame.length - 4))] = random();
      carrier.socket.write(frame);
    }
    carrier.socket.end();
    await session.closed;
  }
});
