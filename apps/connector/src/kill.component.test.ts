// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import { decodeDeadLetter, streams } from '@sendium/contracts';
import { assertNothingLeft, eventually, spawnApp } from '@sendium/testkit';
import { CarrierStage, tokenItems } from './carrier.fixture.ts';

// What a killed connector held is handed out again after 15 s. The tests wait for it side by side.
const boundMs = 120_000;

afterAll(assertNothingLeft);

test.concurrent(
  'kill -9 in the middle of a window: nothing is lost, at most a window goes out twice',
  async () => {
    // Ten each 200 ms: the kill falls in the middle however slow this process is.
    await using stage = await CarrierStage.start(['window: 10'], ['--latency-ms', '200']);
    await stage.dispatch(...tokenItems(300));
    await eventually(async () => {
      expect((await stage.smsc.control.stats())['responses']).toBeGreaterThan(20);
    });
    await stage.connector.kill();
    const { submissions } = await stage.smsc.control.stats();
    expect(submissions).toBeLessThan(300);
    await stage.smsc.control.change({ latencyMs: 5 });
    await stage.restartConnector();
    await stage.isAllDone();
    expect(await stage.duplicates(300)).toBeLessThanOrEqual(10);
    const told = (await stage.outcomes()).map(({ messageId }) => messageId);
    expect(new Set(told).size).toBe(300);
  },
  boundMs,
);

test.concurrent(
  'kill -9 with a window that the carrier has not answered: those and no others go out twice',
  async () => {
    await using stage = await CarrierStage.start(['window: 10']);
    await stage.smsc.control.stopAnswering('submits');
    await stage.dispatch(...tokenItems(50));
    await eventually(async () => {
      expect((await stage.smsc.control.stats()).submissions).toBe(10);
    });
    await stage.connector.kill();
    await stage.smsc.control.resume();
    await stage.restartConnector();
    await stage.isAllDone();
    expect(await stage.duplicates(50)).toBe(10);
  },
  boundMs,
);

test.concurrent(
  'kill -9 where unknown outcomes are parked: what is in doubt is a dead letter, nothing goes out twice',
  async () => {
    await using stage = await CarrierStage.start(['window: 10', 'on_unknown_outcome: park']);
    await stage.smsc.control.stopAnswering('submits');
    await stage.dispatch(...tokenItems(30));
    await eventually(async () => {
      expect((await stage.smsc.control.stats()).submissions).toBe(10);
    });
    await stage.connector.kill();
    await stage.smsc.control.resume();
    await stage.restartConnector();
    await stage.isAllDone();
    expect(await stage.duplicates(30)).toBe(0);
    const dead = await readStored(stage.backbone.bus, streams.dead, 'dead.sim', (octets) => [
      decodeDeadLetter(octets),
    ]);
    expect(dead).toHaveLength(10);
  },
  boundMs,
);

test.concurrent(
  'of two replicas one is killed: the other goes on, at most a window goes out twice',
  async () => {
    const settings = ['window: 10', 'binds: 2'];
    await using stage = await CarrierStage.start(settings, ['--latency-ms', '20']);
    const env = { SENDIUM_NATS_URL: stage.backbone.nats.url };
    await using fellow = await spawnApp({ app: 'connector', env });
    // Each takes one of the two, or hands it over.
    await eventually(async () => {
      const open = /sendium_smpp_bind_slots\{connector="sim",state="open"\} 1/;
      expect(await (await fetch(`${fellow.probeUrl}/metrics`)).text()).toMatch(open);
      expect((await stage.smsc.control.stats()).bindsLive).toBe(2);
    });
    await stage.dispatch(...tokenItems(300));
    await eventually(async () => {
      expect((await stage.smsc.control.stats())['responses']).toBeGreaterThan(60);
    });
    await stage.connector.kill();
    expect(fellow.isRunning).toBe(true);
    await stage.isAllDone();
    expect(await stage.duplicates(300)).toBeLessThanOrEqual(10);
  },
  boundMs,
);
