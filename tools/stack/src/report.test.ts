// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';

import { describeEvent, describeStack } from './report.ts';

test('What a user needs is on one labelled line each, and the curls can be copied.', () => {
  const urls = {
    rest: 'http://127.0.0.1:8080',
    smpp: '127.0.0.1:2775',
    simulator_control: 'http://127.0.0.1:2777',
    nats: 'nats://127.0.0.1:4222',
    links: 'http://127.0.0.1:9191',
    demo_receiver: 'http://127.0.0.1:8090',
    tracker: 'http://127.0.0.1:9190',
    metrics: { router: 'http://127.0.0.1:9102/metrics' },
  };
  const lines = describeStack({
    urls,
    demo: { key: 'demo_x', system_id: 'demo', password: 'abc' },
  });
  expect(lines).toContain('SMPP           127.0.0.1:2775  system_id demo  password abc');
  expect(lines).toContain('REST API       http://127.0.0.1:8080');
  expect(lines).toContain('API key        demo_x');
  expect(lines).toContain('Simulator      http://127.0.0.1:2777');
  expect(lines).toContain('Metrics        http://127.0.0.1:9102/metrics  (router)');
  expect(lines.find((line) => line.startsWith('Webhooks '))).toMatch(
    /^Webhooks {7}http:\/\/127\.0\.0\.1:8090\/hook .*http:\/\/127\.0\.0\.1:8090\/received\)$/,
  );
  const curls = lines.filter((line) => line.startsWith('curl '));
  expect(curls).toHaveLength(4);
  expect(curls.at(-1)).toMatch(/^curl http:\/\/127\.0\.0\.1:2777\/inject /);
  const asked = curls.slice(0, -1);
  expect(asked.every((line) => line.includes("-H 'Authorization: Bearer demo_x'"))).toBe(true);
});

test('A death is told with its cause and with when the service comes back.', () => {
  const ended = { kind: 'ended', name: 'router', pid: 7, lastLines: [] } as const;
  const atOnce = describeEvent({ ...ended, code: null, signal: 'SIGKILL', restartInMs: 0 });
  expect(atOnce).toBe('router         ended (SIGKILL), restarting at once');
  const later = describeEvent({ ...ended, code: 1, signal: null, restartInMs: 500 });
  expect(later).toBe('router         ended (exit code 1), restarting in 0.5 s');
});
