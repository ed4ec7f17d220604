// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import { decodeDeadLetter, streams } from '@sendium/contracts';
import { assertNothingLeft, eventually } from '@sendium/testkit';
import { CarrierStage, documentFor, tokenItems } from './carrier.fixture.ts';
import { RawCarrier, type Submitted } from './raw-carrier.fixture.ts';

let stage: CarrierStage;
let carrier: RawCarrier;

beforeEach(async () => {
  carrier = await RawCarrier.start();
  stage = await CarrierStage.start();
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await carrier[Symbol.asyncDispose]();
  await assertNothingLeft();
});

const quick = 'reconnect: 20ms, reconnect_max: 50ms';

/** Gives the connector this carrier in place of the simulator. */
async function take(...settings: readonly string[]): Promise<void> {
  await stage.backbone.configure(documentFor(carrier.port, settings));
  await eventually(() => expect(carrier.binds.length).toBeGreaterThan(0));
}

async function outcomesOf(count: number) {
  const outcomes = await stage.outcomes();
  expect(outcomes).toHaveLength(count);
  expect(new Set(outcomes.map(({ messageId }) => messageId)).size).toBe(count);
  return outcomes;
}

/** Leaves the first hundred unanswered, and answers all that come later. */
async function resetWithHundredInFlight(): Promise<void> {
  carrier.onSubmit = ({ connection, answer }) => {
    if (connection > 0) answer();
  };
  await stage.dispatch(...tokenItems(100));
  await eventually(() => expect(carrier.submitted).toHaveLength(100));
  carrier.resetAll();
  await stage.isAllDone();
}

test('TCP reset with a hundred in flight: resent, each has one outcome and went out twice', async () => {
  await take('window: 100', `timers: { ${quick} }`);
  await resetWithHundredInFlight();
  const outcomes = await outcomesOf(100);
  expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['submitted']));
  const counts = new Map<string, number>();
  for (const text of carrier.texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  expect([...counts.values()]).toEqual(Array(100).fill(2));
  expect(await stage.metrics()).toContain(
    'sendium_submit_unknown_outcome_total{connector="sim"} 100',
  );
});

test('TCP reset with a hundred in flight: parked, each is a dead letter and went out once', async () => {
  await take('window: 100', `timers: { ${quick} }`, 'on_unknown_outcome: park');
  await resetWithHundredInFlight();
  const outcomes = await outcomesOf(100);
  expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['unknown']));
  expect(carrier.submitted).toHaveLength(100);
  const dead = await readStored(stage.backbone.bus, streams.dead, 'dead.sim', (octets) => [
    decodeDeadLetter(octets),
  ]);
  expect(dead).toHaveLength(100);
});

test('ten thousand that were queued while the carrier was down go out in order of acceptance', async () => {
  await take('window: 50', `timers: { ${quick} }`);
  await carrier.goAway();
  const items = tokenItems(10_000);
  for (let begin = 0; begin < items.length; begin += 500) {
    await stage.dispatch(...items.slice(begin, begin + 500));
  }
  await carrier.listen();
  await stage.isAllDone();
  expect(carrier.texts).toEqual(items.map((_, index) => `#token${index}`));
});

test('answers in reverse order, each of them twice: every message has its own outcome, once', async () => {
  const held: Submitted[] = [];
  carrier.onSubmit = (submitted) => {
    held.push(submitted);
    if (held.length < 10) return;
    for (const { answer } of held.splice(0).reverse()) {
      answer();
      answer({ messageId: 'the-second-time' });
    }
  };
  await take('window: 10');
  const items = tokenItems(50);
  await stage.dispatch(...items);
  await stage.isAllDone();
  const told = new Map(
    (await outcomesOf(50)).map(({ messageId, carrierMessageId }) => [messageId, carrierMessageId]),
  );
  items.forEach(({ message }, index) => {
    expect(told.get(message.id)).toBe(`id-${carrier.texts.indexOf(`#token${index}`)}`);
  });
  expect(carrier.submitted).toHaveLength(50);
});

test('ESME_ROK without a message_id is a submission all the same', async () => {
  carrier.onSubmit = ({ answer }) => {
    answer({ messageId: '' });
  };
  await take();
  await stage.dispatch(...tokenItems(1));
  await stage.isAllDone();
  expect(await outcomesOf(1)).toMatchObject([{ result: 'submitted', carrierMessageId: '' }]);
});

test('an answer to nothing, and one to a request of the session before, change nothing', async () => {
  await take('window: 2', `timers: { ${quick} }`);
  const late: Submitted[] = [];
  carrier.onSubmit = (submitted) => {
    const { connection, answer } = submitted;
    if (connection === 0) late.push(submitted);
    else answer({ sequenceNumber: 4_711, messageId: 'nobody-asked' });
    if (connection > 0) answer();
  };
  await stage.dispatch(...tokenItems(2));
  await eventually(() => expect(late).toHaveLength(2));
  carrier.resetAll();
  for (const { answer } of late) answer();
  await stage.isAllDone();
  const outcomes = await outcomesOf(2);
  expect(outcomes.map(({ carrierMessageId }) => carrierMessageId).sort()).toEqual(['id-2', 'id-3']);
});

test('a half-open connection is noticed by unanswered probes, and what was on it goes out again', async () => {
  const { port } = stage.smsc;
  const timers = 'timers: { enquire_link: 500ms, response: 20s, reconnect: 20ms }';
  await stage.backbone.configure(documentFor(port, ['window: 5', timers]));
  await eventually(async () => expect((await stage.smsc.control.stats()).bindsLive).toBe(1));
  await stage.smsc.control.dropSilent();
  await stage.dispatch(...tokenItems(20));
  await stage.isAllDone();
  await outcomesOf(20);
  expect(await stage.duplicates(20)).toBe(0);
});

test('a carrier that has nothing to say for long keeps its bind', async () => {
  await take('timers: { enquire_link: 400ms }');
  await eventually(() => expect(carrier.probes).toBeGreaterThan(5));
  expect(carrier.binds).toHaveLength(1);
  await stage.dispatch(...tokenItems(1));
  await stage.isAllDone();
});

test('binds count pairs where transmitter and receiver are separate', async () => {
  await take('mode: separate', 'binds: 2');
  await eventually(() => {
    const commands = carrier.binds.map((bind) => bind.split(' ')[0]).sort();
    expect(commands).toEqual([
      ...['bind_receiver', 'bind_receiver', 'bind_transmitter', 'bind_transmitter'],
    ]);
  });
  await stage.dispatch(...tokenItems(5));
  await stage.isAllDone();
  const transmitters = carrier.binds
    .filter((bind) => bind.startsWith('bind_transmitter'))
    .map((bind) => Number(bind.split(' ')[1]));
  for (const { connection } of carrier.submitted) expect(transmitters).toContain(connection);
});

test('a status policy of its own: a code of the vendor throttles, another goes to the next target', async () => {
  const seen = new Set<string>();
  carrier.onSubmit = ({ pdu, answer }) => {
    const text = pdu.shortMessage.toString();
    const isFirst = !seen.has(text);
    seen.add(text);
    if (text === '#token1') answer({ commandStatus: 0x4a2, messageId: '' });
    else answer(isFirst ? { commandStatus: 0x4a1, messageId: '' } : {});
  };
  await take(
    'status_policy: { 0x4A1: throttle, 0x4A2: next_target }',
    'timers: { throttle: 20ms }',
  );
  await stage.dispatch(...tokenItems(2));
  await stage.isAllDone();
  const results = (await outcomesOf(2)).map(({ result, commandStatus }) => [result, commandStatus]);
  expect(results.sort()).toEqual([
    ['next_target', 0x4a2],
    ['submitted', 0],
  ]);
});

test('a carrier that says it is congested gets less at a time, until it says otherwise', async () => {
  let congestionState = 100;
  let open = 0;
  let most = 0;
  carrier.onSubmit = ({ answer }) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      answer({ tlvs: { congestionState } });
    }, 100);
  };
  await take('window: 20', 'interface_version: "5.0"');
  await stage.dispatch(...tokenItems(20));
  await stage.isAllDone();
  expect(most).toBe(20);
  most = 0;
  await stage.dispatch(...tokenItems(20));
  await stage.isAllDone();
  expect(most).toBe(2);
  congestionState = 85;
  await stage.dispatch(...tokenItems(1));
  await stage.isAllDone();
  most = 0;
  await stage.dispatch(...tokenItems(20));
  await stage.isAllDone();
  expect(most).toBe(20);
});
