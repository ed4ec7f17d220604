// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import { commandStatus } from '@sendium/smpp-pdu';
import { backOffMs, lostBackOff, refusedBackOff } from './back-off.ts';
import { connectOptions } from './bound-pair.fixture.ts';
import { Carrier } from './carrier.fixture.ts';
import { FakeClock, turn } from './fake-clock.fixture.ts';
import type { SuperviseOptions } from './supervise-link.ts';
import { superviseLink } from './supervise-link.ts';

// Nearly 1: the longest wait the dice allow.
const longest = () => 0.999_999_9;

function supervised(port: number, options: Partial<SuperviseOptions> = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const link = superviseLink({
    target: () => connectOptions(port),
    clock,
    random: longest,
    onBound: () => log.push('bound'),
    onLost: (reason) => log.push(`lost: ${reason.kind}`),
    onFailed: (result, nextInMs) => log.push(`${result.kind}, again in ${nextInMs}`),
    ...options,
  });
  return { link, clock, log };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const listening = await Carrier.listen(createServer());
  const { port } = listening;
  await listening[Symbol.asyncDispose]();
  return port;
}

test('a lost bind is bound again after the back-off, and no sooner', async () => {
  await using listening = await Carrier.listen();
  const { link, clock, log } = supervised(listening.port);
  const first = await listening.accept();
  await first.acceptBind();
  await until(() => link.session !== undefined);
  first.socket.resetAndDestroy();
  await until(() => log.length === 2);
  expect(link.session).toBeUndefined();
  await clock.advance(999);
  expect(listening.connections).toBe(1);
  await clock.advance(1);
  const second = await listening.accept();
  await second.acceptBind();
  await until(() => log.length === 3);
  expect(log).toEqual(['bound', 'lost: socket-error', 'bound']);
  const stopped = link.stop();
  const { sequenceNumber } = await second.next('unbind');
  second.send({ command: 'unbind_resp', sequenceNumber });
  await stopped;
  expect(clock.timers).toBe(0);
});

test('a carrier that is not there is tried after 1 s, doubling to 30 s', async () => {
  const { link, clock, log } = supervised(await closedPort());
  const waits = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
  for (const [index, wait] of waits.entries()) {
    await until(() => log.length === index + 1);
    expect(log.at(-1)).toBe(`failed, again in ${wait}`);
    await clock.advance(wait - 1);
    expect(link.kind).toBe('waiting');
    await clock.advance(1);
  }
  await link.stop();
});

test('refused credentials are tried after 15 s, doubling to 5 minutes', async () => {
  await using listening = await Carrier.listen();
  const { link, clock, log } = supervised(listening.port);
  const waits = [15_000, 30_000, 60_000, 120_000, 240_000, 300_000, 300_000];
  for (const [index, wait] of waits.entries()) {
    const carrier = await listening.accept();
    const { sequenceNumber } = await carrier.next('bind_transceiver');
    carrier.send({
      command: 'bind_transceiver_resp',
      sequenceNumber,
      commandStatus: commandStatus.ESME_RINVPASWD,
    });
    await until(() => log.length === index + 1);
    expect(log.at(-1)).toBe(`refused, again in ${wait}`);
    expect(listening.open).toBe(0);
    await clock.advance(wait);
  }
  await link.stop();
});

test('another refusal than of credentials is tried again as a lost bind is', async () => {
  await using listening = await Carrier.listen();
  const { link, log } = supervised(listening.port);
  const carrier = await listening.accept();
  const { sequenceNumber } = await carrier.next('bind_transceiver');
  const status = commandStatus.ESME_RALYBND;
  carrier.send({ command: 'bind_transceiver_resp', sequenceNumber, commandStatus: status });
  await until(() => log.length === 1);
  expect(log).toEqual(['refused, again in 1000']);
  await link.stop();
});

test('only a bind that lived for 30 s makes the waits short again', async () => {
  await using listening = await Carrier.listen();
  const { link, clock, log } = supervised(listening.port);
  const lives = [0, 29_000, 29_999, 30_000, 0];
  const waits = [1_000, 2_000, 4_000, 1_000, 2_000];
  for (const [index, life] of lives.entries()) {
    const carrier = await listening.accept();
    await carrier.acceptBind();
    await until(() => link.session !== undefined);
    await clock.advance(life);
    carrier.socket.destroy();
    await until(() => link.kind === 'waiting');
    const wait = waits[index] ?? 0;
    await clock.advance(wait - 1);
    expect([index, listening.connections]).toEqual([index, index + 1]);
    await clock.advance(1);
    await until(() => listening.connections === index + 2);
  }
  expect(log.filter((line) => line === 'bound')).toHaveLength(5);
  await link.stop();
});

test('there is never more than one connection, and each attempt asks where to go', async () => {
  await using listening = await Carrier.listen();
  const attempts: number[] = [];
  const target = (attempt: number) => {
    attempts.push(attempt);
    return connectOptions(listening.port);
  };
  const { link, clock } = supervised(listening.port, { target });
  for (let i = 1; i <= 6; i++) {
    const carrier = await listening.accept();
    expect(listening.open).toBe(1);
    const { sequenceNumber } = await carrier.next('bind_transceiver');
    const commandStatus = i % 2;
    carrier.send({ command: 'bind_transceiver_resp', sequenceNumber, commandStatus });
    if (commandStatus === 0) {
      await until(() => link.session !== undefined);
      carrier.send({ command: 'unbind', sequenceNumber: 1 });
    }
    await until(() => link.kind === 'waiting');
    while (listening.connections === i) await clock.advance(250);
  }
  expect(attempts.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6]);
  await link.stop();
});

test('to stop while connecting, while waiting and twice leaves nothing and calls nobody', async () => {
  await using listening = await Carrier.listen();
  const connecting = supervised(listening.port);
  await listening.accept();
  await connecting.link.stop();
  expect(connecting.link.kind).toBe('stopped');
  const waiting = supervised(await closedPort());
  await until(() => waiting.link.kind === 'waiting');
  await waiting.link.stop();
  await waiting.link.stop();
  for (const { clock } of [connecting, waiting]) {
    expect(clock.timers).toBe(0);
    await clock.advance(600_000);
  }
  expect(connecting.log).toEqual([]);
  expect(waiting.log).toHaveLength(1);
  expect(listening.connections).toBe(1);
});

test('waits are spread over the whole range, but never below the floor', () => {
  expect(backOffMs(lostBackOff, 6, 0)).toBe(250);
  expect(backOffMs(lostBackOff, 6, 0.5)).toBe(15_000);
  expect(backOffMs(refusedBackOff, 1, 0)).toBe(5_000);
  expect(backOffMs(lostBackOff, 2_000, 1)).toBe(30_000);
});
