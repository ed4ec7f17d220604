// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { startTracedStack, type TracedStack } from './traced-stack.fixture.ts';

const messages = 300;
const ratio = 0.3;
/** Every step of a message of one part that is delivered, each recorded by another service. */
const whole = ['accept', 'notify', 'receipt', 'route', 'submit_sm'];

let traced: TracedStack;

beforeAll(async () => {
  traced = await startTracedStack({ ratio, protocol: 'grpc' });
}, 120_000);
afterAll(async () => {
  await traced[Symbol.asyncDispose]();
}, 30_000);

test('every message is in all services sampled, or in none; about as many as asked for', async () => {
  const ids = await Promise.all(
    Array.from({ length: messages }, (_, n) =>
      traced.send({ to: `+447700${900_000 + n}`, from: 'ACME', text: 'Hello' }),
    ),
  );
  for (const id of ids) await traced.untilStatus(id, 'delivered');
  const stepsOf = (id: string): string[] =>
    traced.collector.spans.flatMap(({ traceId, name }) => (traceId === id ? [name] : [])).sort();
  const sampled = await eventually(() => {
    const traces = ids.map(stepsOf).filter((steps) => steps.length > 0);
    for (const steps of traces) expect(steps).toEqual(whole);
    expect(traces.length).toBeGreaterThan(0);
    return traces.length;
  });
  // Six standard deviations on either side.
  expect(Math.abs(sampled - messages * ratio)).toBeLessThan(48);
  const threshold = Math.round((1 - ratio) * 2 ** 52);
  const expected = ids.filter((id) => Number.parseInt(id.slice(18, 31), 16) >= threshold);
  expect(sampled).toBe(expected.length);
  expect(traced.collector.paths[0]).toContain('TraceService/Export');
}, 90_000);
