// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { createSampling, readRatio } from './sampling.ts';

const id = (random: string) => `019a5f2e4b7a7c0181${random}`;

test('the verdict is R >= (1 - ratio) * 2^56, of the low 56 bits', () => {
  const half = createSampling(0.5);
  expect(half(id('7fffffffffffff'))).toBe(false);
  expect(half(id('80000000000000'))).toBe(true);
  const quarter = createSampling(0.25);
  expect(quarter(id('bfffffffffffff'))).toBe(false);
  expect(quarter(id('c0000000000000'))).toBe(true);
  expect(createSampling(2 ** -50)(id('ffffffffffffff'))).toBe(true);
});

test('the leading bits, which are time, decide nothing', () => {
  const isSampled = createSampling(0.5);
  for (const time of ['000000000000', '7fffffffffff', 'ffffffffffff']) {
    expect(isSampled(`${time}7c0181ffffffffffffff`)).toBe(true);
    expect(isSampled(`${time}7c018100000000000000`)).toBe(false);
  }
});

test('0 keeps nothing and 1 keeps everything', () => {
  for (const random of ['00000000000000', 'ffffffffffffff']) {
    expect(createSampling(0)(id(random))).toBe(false);
    expect(createSampling(1)(id(random))).toBe(true);
  }
});

test('about the share that is asked for is kept, and a larger share keeps the same ones and more', () => {
  const ids = Array.from({ length: 20_000 }, () => id(randomBytes(7).toString('hex')));
  const small = createSampling(0.1);
  const large = createSampling(0.3);
  const kept = ids.filter(small);
  // Six standard deviations: false alarms once in a billion.
  expect(Math.abs(kept.length - 2000)).toBeLessThan(255);
  expect(kept.every(large)).toBe(true);
});

test('the standard variables say how many; junk is refused, not taken for a default', () => {
  const ratioOf = (env: Record<string, string>) => readRatio(env);
  expect(ratioOf({})).toEqual({ kind: 'ratio', ratio: 0.01 });
  expect(ratioOf({ OTEL_TRACES_SAMPLER_ARG: '0.3' })).toEqual({ kind: 'ratio', ratio: 0.3 });
  expect(
    ratioOf({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }),
  ).toEqual({ kind: 'ratio', ratio: 0 });
  expect(ratioOf({ OTEL_TRACES_SAMPLER: 'always_on' })).toEqual({ kind: 'ratio', ratio: 1 });
  expect(ratioOf({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' })).toEqual({
    kind: 'ratio',
    ratio: 0,
  });
  for (const junk of ['1.5', '-0.1', 'all', 'NaN']) {
    expect(ratioOf({ OTEL_TRACES_SAMPLER_ARG: junk })).toMatchObject({
      kind: 'wrong',
      variable: 'OTEL_TRACES_SAMPLER_ARG',
    });
  }
  expect(ratioOf({ OTEL_TRACES_SAMPLER: 'jaeger_remote' })).toMatchObject({
    variable: 'OTEL_TRACES_SAMPLER',
  });
});
