// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, expect, test } from '@jest/globals';
import { assertNothingLeft, eventually, spawnApp, type SpawnedApp } from '@sendium/testkit';
import { CarrierStage, tokenItems } from './carrier.fixture.ts';

/*
 * What a carrier's contract allows, whatever happens to the processes that share it: four binds, and a
 * hundred submit_sm a second. A lease ends ten seconds after its holder was last heard of, so these tests
 * take their time, side by side. What left the processes in time may reach the carrier together when it is
 * late to read: never more than the windows of its binds hold.
 */

afterAll(assertNothingLeft);

const binds = 4;
const windowSize = 5;
const tps = 100;
/** The carrier drops a silent bind before `bind_release`, but long after the lease has ended. */
const inactivityMs = 12_000;
const contract = [
  ...[`binds: ${binds}`, `window: ${windowSize}`, `tps: ${tps}`],
  'timers: { enquire_link: 500ms, bind_release: 6s, reconnect: 50ms, reconnect_max: 200ms }',
];
const carrier = ['--inactivity-ms', String(inactivityMs), '--receipts', 'none'];
const patience = { timeoutMs: 60_000 };
const boundMs = 180_000;

const startStage = () => CarrierStage.start(contract, carrier);

const startFellow = (stage: CarrierStage): Promise<SpawnedApp> =>
  spawnApp({ app: 'connector', env: { SENDIUM_NATS_URL: stage.backbone.nats.url } });

async function openSlots({ probeUrl }: SpawnedApp): Promise<number> {
  const text = await (await fetch(`${probeUrl}/metrics`)).text();
  const [, count] =
    /sendium_smpp_bind_slots\{connector="sim",state="open"\} (\d+)/.exec(text) ?? [];
  return Number(count ?? 0);
}

/** The open slots of each, in no order. */
async function areShared(shares: readonly number[], ...processes: readonly SpawnedApp[]) {
  await eventually(async () => {
    const open = await Promise.all(processes.map(openSlots));
    expect(open.sort()).toEqual([...shares].sort());
  }, patience);
}

async function isKept(stage: CarrierStage): Promise<void> {
  const stats = await stage.smsc.control.stats();
  expect(stats['bindsLiveMax']).toBe(binds);
  expect(stats['submissionsPerSecondMax']).toBeLessThanOrEqual(tps + binds * windowSize);
  // And not by sending next to nothing.
  expect(stats['submissionsPerSecondMax']).toBeGreaterThan(tps / 2);
}

async function flows(stage: CarrierStage): Promise<void> {
  const { submissions } = await stage.smsc.control.stats();
  await eventually(async () => {
    expect((await stage.smsc.control.stats()).submissions).toBeGreaterThan(submissions + 50);
  }, patience);
}

test.concurrent(
  'processes come, and are killed: the contract is kept',
  async () => {
    await using stage = await startStage();
    await areShared([4], stage.connector);
    await stage.dispatch(...tokenItems(6_000));
    await flows(stage);
    await using second = await startFellow(stage);
    await areShared([2, 2], stage.connector, second);
    await using third = await startFellow(stage);
    await areShared([1, 1, 2], stage.connector, second, third);
    await flows(stage);
    await stage.connector.kill();
    await areShared([2, 2], second, third);
    await second.kill();
    await areShared([4], third);
    await flows(stage);
    await isKept(stage);
  },
  boundMs,
);

test.concurrent(
  'a process that is stopped keeps its binds from others until the carrier has surely dropped them',
  async () => {
    await using stage = await startStage();
    await using other = await startFellow(stage);
    await areShared([2, 2], stage.connector, other);
    await stage.dispatch(...tokenItems(6_000));
    await flows(stage);
    stage.connector.signal('SIGSTOP');
    await areShared([4], other);
    await flows(stage);
    stage.connector.signal('SIGCONT');
    await areShared([2, 2], stage.connector, other);
    await flows(stage);
    await isKept(stage);
  },
  boundMs,
);

test.concurrent(
  'processes that are cut off from NATS unbind before their leases end, and share anew',
  async () => {
    await using stage = await startStage();
    await using other = await startFellow(stage);
    await areShared([2, 2], stage.connector, other);
    await stage.dispatch(...tokenItems(3_000));
    await flows(stage);
    stage.backbone.nats.signal('SIGSTOP');
    await eventually(async () => {
      expect((await stage.smsc.control.stats()).bindsLive).toBe(0);
    }, patience);
    stage.backbone.nats.signal('SIGCONT');
    await areShared([2, 2], stage.connector, other);
    await flows(stage);
    await isKept(stage);
  },
  boundMs,
);
