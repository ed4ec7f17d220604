// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, sampleItem, sampleMessage } from '@sendium/backbone';
import { queueDepths, storeOnce } from '@sendium/bus';
import {
  decodeDeliverBatch,
  decodeSubmitBatch,
  encodeDeliverBatch,
  encodeSubmitBatch,
  streams,
  type Report,
  type SubmitItem,
} from '@sendium/contracts';
import type { Message } from '@sendium/message';

import { callCli, startStage, type CliStage } from './cli.fixture.ts';
import { findLetter } from './dead-stream.ts';

let stage: CliStage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

const reportOf = (message: Message, over: Partial<Report> = {}): Report => ({
  ...{ kind: 'report', messageId: message.id, account: 'demo', status: 'delivered', tries: 0 },
  ...{ atMs: 1, acceptedAtMs: 1, segments: 1, segmentsDelivered: 1 },
  to: message.to,
  from: message.from,
  message,
  ...over,
});

const burySubmit = async (item: SubmitItem): Promise<void> =>
  stage.bury({
    subject: 'submit.normal',
    messageId: item.message.id,
    payload: encodeSubmitBatch([item], 'test'),
  });
const buryReport = async (report: Report): Promise<void> =>
  stage.bury({
    origin: 'notifier',
    subject: `due.webhook.${report.account}`,
    messageId: report.messageId,
    payload: encodeDeliverBatch([report], 'test'),
  });

const deadCount = async (): Promise<number> => {
  const depths = await queueDepths(stage.backbone.bus, streams.dead);
  return [...depths.values()].reduce((sum, count) => sum + count, 0);
};
const queued = (subject: string, stream: string = streams.submit) =>
  readStored(stage.backbone.bus, stream, subject, (octets) => [octets]);

test('What lies in DEAD is listed, the newest first, without any text or number.', async () => {
  const text = 'canary-text-5150';
  const body = { kind: 'text', text, encoding: 'auto', flash: false } as const;
  const to = { ton: 1, npi: 1, value: '447700987654' };
  const message = sampleMessage({ body, to });
  await burySubmit(sampleItem({ body, to }));
  await buryReport(reportOf(message, { endpoint: 'main', text }));
  const { code, out } = await stage.sendium('dead', 'list');
  expect(code).toBe(0);
  const [headings, newest, oldest] = out.split('\n');
  expect(headings).toMatch(/^SEQ +TIME +ORIGIN +SUBJECT +CONTENT +MESSAGE ID +REASON$/);
  expect(newest).toMatch(
    new RegExp(
      `^2 +2026-01-02T00:00:00.000Z +notifier +due.webhook.demo +report delivered for main +${message.id} +it broke$`,
    ),
  );
  expect(oldest).toMatch(/^1 .* router +submit.normal +message /);
  const whole = await stage.sendium('dead', 'list', '--json');
  const shown = await stage.sendium('dead', 'show', '2');
  for (const page of [out, whole.out, shown.out]) {
    expect(page).not.toMatch(/canary-text-5150|7700987654/);
  }
});

test('The list is narrowed by origin, account and endpoint, and bounded by a limit that it tells.', async () => {
  const message = sampleMessage();
  await buryReport(reportOf(message, { endpoint: 'main' }));
  await buryReport(reportOf(message, { endpoint: 'spare' }));
  await burySubmit(sampleItem({ account: 'other' }));
  const sequences = async (...args: readonly string[]): Promise<readonly number[]> => {
    const { out } = await stage.sendium('dead', 'list', '--json', ...args);
    const { data } = JSON.parse(out) as { data: readonly { sequence: number }[] };
    return data.map(({ sequence }) => sequence);
  };
  expect(await sequences()).toEqual([3, 2, 1]);
  expect(await sequences('--origin', 'notifier')).toEqual([2, 1]);
  expect(await sequences('--account', 'other')).toEqual([3]);
  expect(await sequences('--endpoint', 'main')).toEqual([1]);
  expect(await sequences('--limit', '1')).toEqual([3]);
  expect((await stage.sendium('dead', 'list', '--limit', '1')).out).toContain('The newest 1 of 3');
  expect((await stage.sendium('dead', 'list', '--origin', 'nobody')).out).toBe('No dead letters.');
});

test('One letter is shown with all that is known of it; its octets only when asked for.', async () => {
  const item = sampleItem();
  await burySubmit(item);
  const { code, out } = await stage.sendium('dead', 'show', '1');
  expect(code).toBe(0);
  for (const fact of ['submit.normal', 'it broke', item.message.id, 'router', 'demo']) {
    expect(out).toContain(fact);
  }
  expect(out).not.toContain('payload  ');
  const json = await stage.sendium('dead', 'show', '1', '--payload', '--json');
  const { payload } = JSON.parse(json.out) as { payload: string };
  expect(decodeSubmitBatch(Buffer.from(payload, 'base64'))).toEqual([item]);
  const missing = await stage.sendium('dead', 'show', '9');
  expect(missing).toMatchObject({ code: 1, err: 'There is no dead letter 9.' });
});

test('A replayed letter lies where it came from, as it was, and no more in DEAD.', async () => {
  const item = sampleItem();
  await burySubmit(item);
  const { code, out } = await stage.sendium('dead', 'replay', '1');
  expect(code).toBe(0);
  expect(out).toBe('went to submit.normal: 1\n1 replayed, 0 left');
  const [octets] = await queued('submit.normal');
  expect(decodeSubmitBatch(octets!)).toEqual([item]);
  expect(await deadCount()).toBe(0);
});

test('A replay that was killed between its two steps repeats neither loses nor doubles.', async () => {
  await burySubmit(sampleItem());
  const { bus } = stage.backbone;
  const stored = await findLetter(bus, 1);
  // As far as the killed one came: put back, not yet removed.
  await storeOnce(bus, {
    ...{ subject: 'submit.normal', octets: stored!.letter!.payload, timeoutMs: 5000 },
    id: `dead-1-${stored!.storedAtMs}`,
  });
  const again = await stage.sendium('dead', 'replay', '--all');
  expect(again.code).toBe(0);
  expect(await queued('submit.normal')).toHaveLength(1);
  expect(await deadCount()).toBe(0);
});

test('What nobody can read is replayed as it is, octet by octet.', async () => {
  const payload = Buffer.from([0xff, 0x00, 0xfe]);
  await stage.bury({ subject: 'deliver.webhook.demo', payload });
  expect((await stage.sendium('dead', 'list')).out).toContain('unreadable');
  expect((await stage.sendium('dead', 'replay', '--all')).code).toBe(0);
  const [octets] = await queued('deliver.webhook.demo', streams.deliver);
  expect(octets).toEqual(payload);
});

test('Everything of one endpoint is replayed, and what is for others stays.', async () => {
  const message = sampleMessage();
  await buryReport(reportOf(message, { endpoint: 'main' }));
  await buryReport(reportOf(message, { endpoint: 'spare' }));
  await buryReport(reportOf(message, { endpoint: 'main', status: 'sent' }));
  const dry = await stage.sendium('dead', 'replay', '--endpoint', 'main', '--dry-run');
  expect(dry.out).toContain('2 would be replayed, 0 left');
  expect(await deadCount()).toBe(3);
  const args = ['dead', 'replay', '--origin', 'notifier', '--endpoint', 'main', '--json'];
  const { out } = await stage.sendium(...args);
  expect(JSON.parse(out)).toMatchObject({ replayed: 2, by_subject: { 'due.webhook.demo': 2 } });
  const batches = await queued('due.webhook.demo', streams.later);
  const statuses = batches
    .flatMap(decodeDeliverBatch)
    .map((item) => 'status' in item && item.status);
  expect(statuses).toEqual(['delivered', 'sent']);
  expect(await deadCount()).toBe(1);
});

test('What nobody would take stays in DEAD, each with its reason, and its neighbours go.', async () => {
  await stage.bury({ subject: 'deliver.webhook.gone' });
  await stage.bury({ subject: 'due.smpp.demo' });
  await stage.bury({ subject: '$JS.API.STREAM.DELETE.SUBMIT' });
  await stage.bury({ subject: 'dead.router' });
  await burySubmit(sampleItem());
  const { code, out, err } = await stage.sendium('dead', 'replay', '--all');
  expect(code).toBe(1);
  expect(out).toBe('went to submit.normal: 1\n1 replayed, 4 left');
  expect(err.split('\n')).toEqual([
    'left in DEAD: 1: there is no account gone any more',
    'left in DEAD: 2: account demo has no smpp any more',
    'left in DEAD: 3: $JS.API.STREAM.DELETE.SUBMIT: no service works on that',
    'left in DEAD: 4: dead.router: no service works on that',
  ]);
  expect(await deadCount()).toBe(4);
});

test('A letter that is not there is named, and the others go.', async () => {
  await burySubmit(sampleItem());
  const { code, out, err } = await stage.sendium('dead', 'replay', '1', '7');
  expect(code).toBe(1);
  expect(out).toContain('1 replayed, 1 left');
  expect(err).toBe('left in DEAD: 7: there is no such dead letter');
});

test('A full queue takes no letter back: it stays until there is room.', async () => {
  await using small = await startStage({ maxBatchesPerSubject: 1 });
  await small.bury({ subject: 'submit.bulk' });
  await small.bury({ subject: 'submit.bulk' });
  const { code, out, err } = await small.sendium('dead', 'replay', '--all');
  expect(code).toBe(1);
  expect(out).toContain('1 replayed, 1 left');
  expect(err).toMatch(/^left in DEAD: \d: submit.bulk is full \(subject\): later$/);
});

test('Nothing is replayed without being asked for, and no command line is misread in silence.', async () => {
  await burySubmit(sampleItem());
  for (const [args, reason] of [
    [['dead', 'replay'], 'say which'],
    [['dead', 'replay', '1', '--all'], 'not both'],
    [['dead', 'replay', '--limit', 'x', '--all'], '--limit must be a whole number'],
    [['dead', 'replay', '--everything'], "Unknown option '--everything'"],
    [['dead', 'list', '--origin', 'any>'], '--origin any>: letters'],
    [['dead', 'replay', '--origin', '*'], '--origin *: letters'],
    [['dead', 'show'], 'SEQ is missing'],
    [['dead', 'show', '1', '2'], 'takes no 2'],
    [['dead', 'bury'], 'there are dead list'],
    [['reports'], 'there is no command reports'],
  ] as const) {
    const { code, err } = await stage.sendium(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(reason) });
  }
  expect(await stage.sendium('dead', 'replay', 'x')).toMatchObject({ code: 2 });
  expect(await deadCount()).toBe(1);
});

test('Help is given for all, for a topic and for a command.', async () => {
  for (const args of [[], ['--help'], ['dead'], ['dead', 'replay', '--help']]) {
    const { code, out } = await callCli(args);
    expect(code).toBe(0);
    expect(out).toContain('dead replay [SEQ...]');
  }
});

test('Whoever does not say where NATS is, and has nothing running, is told what to do.', async () => {
  const lost = await callCli(['dead', 'list', '--state', 'nowhere']);
  expect(lost).toMatchObject({ code: 1, out: '' });
  expect(lost.err).toContain('--nats URL or SENDIUM_NATS_URL');
  const url = 'nats://user:secret@127.0.0.1:1';
  const silent = await callCli(['dead', 'list', '--nats', url]);
  expect(silent).toMatchObject({ code: 1, err: 'NATS does not answer at nats://127.0.0.1:1.' });
});
