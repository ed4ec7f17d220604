// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { commandStatus } from '@sendium/smpp-pdu';
import { connectOptions } from './bound-pair.fixture.ts';
import { Carrier } from './carrier.fixture.ts';
import { connectSession } from './connect-session.ts';
import { FakeClock, turn } from './fake-clock.fixture.ts';

test('the bind says who we are, for each mode', async () => {
  await using listening = await Carrier.listen();
  for (const mode of ['transceiver', 'transmitter', 'receiver'] as const) {
    const fields = {
      systemId: 'app',
      password: 'secret',
      systemType: 'vma',
      addressRange: '^44',
    };
    const bind = { mode, ...fields };
    const result = connectSession(connectOptions(listening.port, { bind }));
    const carrier = await listening.accept();
    const pdu = await carrier.next(`bind_${mode}`);
    expect(pdu).toMatchObject({ ...fields, interfaceVersion: 0x34, sequenceNumber: 1 });
    carrier.send({
      command: `bind_${mode}_resp`,
      sequenceNumber: 1,
      systemId: 'carrier',
      tlvs: { scInterfaceVersion: 0x50 },
    });
    const outcome = await result;
    expect(outcome).toMatchObject({ kind: 'bound', systemId: 'carrier', interfaceVersion: 0x50 });
    if (outcome.kind === 'bound') outcome.session.destroy();
  }
});

test.each([
  ['the bind response', 'bind_transceiver_resp'],
  ['generic_nack', 'generic_nack'],
] as const)(
  'a bind refused by %s is refused with its status, and nothing is left',
  async (_, command) => {
    await using listening = await Carrier.listen();
    const result = connectSession(connectOptions(listening.port));
    const carrier = await listening.accept();
    const { sequenceNumber } = await carrier.next('bind_transceiver');
    carrier.send({ command, sequenceNumber, commandStatus: commandStatus.ESME_RBINDFAIL });
    expect(await result).toEqual({ kind: 'refused', status: commandStatus.ESME_RBINDFAIL });
    await carrier.closed;
  },
);

test('a refusal is reported when the connection is gone, so that the next attempt never overlaps it', async () => {
  // A carrier that does not close its half.
  await using listening = await Carrier.listen(createServer({ allowHalfOpen: true }));
  const clock = new FakeClock();
  let isReported = false;
  const result = connectSession(connectOptions(listening.port, { clock })).then((outcome) => {
    isReported = true;
    return outcome;
  });
  const carrier = await listening.accept();
  const { sequenceNumber } = await carrier.next('bind_transceiver');
  const refusal = { sequenceNumber, commandStatus: commandStatus.ESME_RBINDFAIL };
  carrier.send({ command: 'bind_transceiver_resp', ...refusal });
  await new Promise((resolve) => carrier.socket.once('end', resolve));
  await clock.advance(4_999);
  expect(isReported).toBe(false);
  await clock.advance(1);
  expect(await result).toMatchObject({ kind: 'refused' });
});

test('a bind that is not answered fails after 10 s', async () => {
  await using listening = await Carrier.listen();
  const clock = new FakeClock();
  const result = connectSession(connectOptions(listening.port, { clock }));
  const carrier = await listening.accept();
  await carrier.next('bind_transceiver');
  await clock.advance(9_999);
  expect(carrier.socket.closed).toBe(false);
  await clock.advance(1);
  expect(await result).toEqual({ kind: 'failed', reason: { kind: 'bind-timeout' } });
  expect(clock.timers).toBe(0);
});

test('before it is bound, enquire_link is answered and deliver_sm refused', async () => {
  await using listening = await Carrier.listen();
  const result = connectSession(connectOptions(listening.port));
  const carrier = await listening.accept();
  const { sequenceNumber } = await carrier.next('bind_transceiver');
  carrier.send(
    { command: 'enquire_link', sequenceNumber: 8 },
    { command: 'deliver_sm', sequenceNumber: 9 },
    { command: 'unbind', sequenceNumber: 10 },
  );
  expect(await carrier.next('enquire_link_resp')).toMatchObject({ sequenceNumber: 8 });
  const refused = { commandStatus: commandStatus.ESME_RINVBNDSTS };
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({ sequenceNumber: 9, ...refused });
  expect(await carrier.next('unbind_resp')).toMatchObject({ sequenceNumber: 10, ...refused });
  carrier.send({ command: 'bind_transceiver_resp', sequenceNumber });
  const outcome = await result;
  expect(outcome.kind).toBe('bound');
  if (outcome.kind === 'bound') outcome.session.destroy();
});

test('a transmitter refuses deliver_sm', async () => {
  await using listening = await Carrier.listen();
  const bind = { mode: 'transmitter', systemId: 'app', password: 'secret' } as const;
  const result = connectSession(connectOptions(listening.port, { bind }));
  const carrier = await listening.accept();
  const { sequenceNumber } = await carrier.next('bind_transmitter');
  carrier.send(
    { command: 'bind_transmitter_resp', sequenceNumber },
    { command: 'deliver_sm', sequenceNumber: 9 },
  );
  expect(await carrier.next('deliver_sm_resp')).toMatchObject({
    commandStatus: commandStatus.ESME_RINVBNDSTS,
  });
  const outcome = await result;
  if (outcome.kind === 'bound') outcome.session.destroy();
});

test('a carrier that closes, resets or is not there is named as such', async () => {
  let port = 0;
  {
    await using listening = await Carrier.listen();
    ({ port } = listening);
    const closed = connectSession(connectOptions(port));
    (await listening.accept()).socket.end();
    expect(await closed).toEqual({ kind: 'failed', reason: { kind: 'closed-by-peer' } });
    const reset = connectSession(connectOptions(port));
    const carrier = await listening.accept();
    await carrier.next('bind_transceiver');
    carrier.socket.resetAndDestroy();
    const reason = { kind: 'socket-error', code: 'ECONNRESET' };
    expect(await reset).toEqual({ kind: 'failed', reason });
  }
  expect(await connectSession(connectOptions(port))).toEqual({
    kind: 'failed',
    reason: { kind: 'socket-error', code: 'ECONNREFUSED' },
  });
});

test('a password that does not fit is said to be so, by name and not by content', async () => {
  await using listening = await Carrier.listen();
  const bind = { mode: 'transceiver', systemId: 'app', password: '123456789' } as const;
  expect(await connectSession(connectOptions(listening.port, { bind }))).toEqual({
    kind: 'failed',
    reason: { kind: 'invalid-bind', reason: 'password is too long' },
  });
});

test('an attempt that is given up ends at once, at whatever point it is', async () => {
  await using listening = await Carrier.listen();
  const failed = { kind: 'failed', reason: { kind: 'destroyed' } };
  const early = connectOptions(listening.port, { signal: AbortSignal.abort() });
  expect(await connectSession(early)).toEqual(failed);
  const connecting = new AbortController();
  const first = connectSession(connectOptions(listening.port, { signal: connecting.signal }));
  connecting.abort();
  expect(await first).toEqual(failed);
  const binding = new AbortController();
  const clock = new FakeClock();
  const second = connectSession(connectOptions(listening.port, { clock, signal: binding.signal }));
  while (listening.open === 0) await turn();
  await turn();
  binding.abort();
  expect(await second).toEqual(failed);
  expect(clock.timers).toBe(0);
});

// A key pair for these tests alone: localhost, valid for a hundred years.
const certificate = new URL('./testing-certificate.pem', import.meta.url);
const tls = { key: readFileSync(certificate), cert: readFileSync(certificate) };

test('TLS binds when the certificate is trusted and bears the name, not otherwise', async () => {
  await using listening = await Carrier.listen(createTlsServer(tls), 'secureConnection');
  const ca = readFileSync(certificate, 'latin1');
  const trusted = connectSession(
    connectOptions(listening.port, { tls: { ca, serverName: 'localhost' } }),
  );
  const carrier = await listening.accept();
  await carrier.acceptBind();
  const outcome = await trusted;
  expect(outcome.kind).toBe('bound');
  if (outcome.kind === 'bound') outcome.session.destroy();

  const unknown = connectOptions(listening.port, { tls: { serverName: 'localhost' } });
  expect(await connectSession(unknown)).toEqual({
    kind: 'failed',
    reason: { kind: 'socket-error', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
  const other = connectOptions(listening.port, { tls: { ca, serverName: 'carrier.example' } });
  expect(await connectSession(other)).toEqual({
    kind: 'failed',
    reason: { kind: 'socket-error', code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  });
});

test('TLS below 1.2 is not spoken', async () => {
  const old = createTlsServer({ ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
  await using listening = await Carrier.listen(old, 'secureConnection');
  const ca = readFileSync(certificate, 'latin1');
  const options = connectOptions(listening.port, { tls: { ca, serverName: 'localhost' } });
  const result = await connectSession(options);
  expect(result).toMatchObject({ kind: 'failed', reason: { kind: 'socket-error' } });
});

test('a TLS handshake that does not come to an end fails after the connect time', async () => {
  await using listening = await Carrier.listen();
  const clock = new FakeClock();
  const result = connectSession(
    connectOptions(listening.port, { clock, tls: { serverName: 'localhost' } }),
  );
  const carrier = await listening.accept();
  carrier.socket.removeAllListeners('data');
  await clock.advance(10_000);
  expect(await result).toEqual({ kind: 'failed', reason: { kind: 'connect-timeout' } });
});
