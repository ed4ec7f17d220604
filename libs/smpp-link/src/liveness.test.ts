// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { boundPair } from './bound-pair.fixture.ts';
import { turn } from './fake-clock.fixture.ts';

test('enquire_link of the carrier is answered with its sequence number', async () => {
  await using pair = await boundPair();
  const { carrier } = pair;
  carrier.send({ command: 'enquire_link', sequenceNumber: 0xffff_ffff });
  expect(await carrier.next('enquire_link_resp')).toMatchObject({ sequenceNumber: 0xffff_ffff });
});

test('a silent carrier is asked after 30 s, and stays bound while it answers', async () => {
  await using pair = await boundPair();
  const { session, carrier, clock } = pair;
  for (let i = 0; i < 5; i++) {
    await clock.advance(29_999);
    expect(carrier.received.filter(({ command }) => command === 'enquire_link')).toHaveLength(i);
    await clock.advance(1);
    const { sequenceNumber } = await carrier.next('enquire_link');
    carrier.send({ command: 'enquire_link_resp', sequenceNumber });
    await turn();
  }
  expect(session.isBound).toBe(true);
});

test('a carrier that talks is not asked, whatever it says', async () => {
  await using pair = await boundPair();
  const { session, carrier, clock } = pair;
  for (let i = 1; i <= 10; i++) {
    await clock.advance(20_000);
    carrier.send({ command: 'deliver_sm', sequenceNumber: i });
    await carrier.next('deliver_sm_resp');
  }
  expect(session.isBound).toBe(true);
});

test('a carrier that does not answer two enquiries is given up', async () => {
  await using pair = await boundPair();
  const { session, carrier, clock } = pair;
  const request = session.request({ command: 'submit_sm' });
  await carrier.next('submit_sm');
  await clock.advance(30_000);
  await carrier.next('enquire_link');
  expect(await request).toEqual({ kind: 'timeout' });
  await clock.advance(30_000);
  await carrier.next('enquire_link');
  const lost = session.request({ command: 'submit_sm' });
  await carrier.next('submit_sm');
  await clock.advance(29_999);
  expect(session.isBound).toBe(true);
  await clock.advance(1);
  expect(await session.closed).toEqual({ kind: 'silent' });
  expect(['lost', 'timeout']).toContain((await lost).kind);
});

test('octets that never become a PDU are silence', async () => {
  await using pair = await boundPair();
  const { session, carrier, clock } = pair;
  carrier.socket.write(Buffer.from('00000400', 'hex'));
  for (let i = 0; i < 90; i++) {
    carrier.socket.write(Buffer.alloc(1));
    await clock.advance(1_000);
  }
  expect(await session.closed).toEqual({ kind: 'silent' });
});

test('without enquiries, a session without any PDU ends by the inactivity timer', async () => {
  await using pair = await boundPair({ timers: { enquireLinkMs: 0 } });
  const { session, clock } = pair;
  await clock.advance(299_999);
  expect(session.isBound).toBe(true);
  await clock.advance(1);
  expect(await session.closed).toEqual({ kind: 'inactive' });
});

test('a handler that is never done does not keep the session for ever', async () => {
  await using pair = await boundPair({
    onRequest: () => new Promise<number>(() => undefined),
    maxInboundPending: 1,
  });
  const { session, carrier, clock } = pair;
  carrier.send({ command: 'deliver_sm', sequenceNumber: 1 });
  while (session.inboundPending === 0) await turn();
  const request = session.request({ command: 'submit_sm' });
  await clock.advance(62_000);
  expect(await request).toEqual({ kind: 'timeout' });
  expect(session.isBound).toBe(true);
  await clock.advance(300_000);
  expect(await session.closed).toEqual({ kind: 'inactive' });
});
