// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';

import { notableIn, readable } from './notable.ts';

test.each([
  ['{"level":30,"msg":"started"}', undefined],
  ['{"level":40,"time":1,"msg":"slow","lane":"bulk"}', 'warning: slow {"lane":"bulk"}'],
  ['{"level":50,"msg":"no","err":{"message":"gone","stack":"..."}}', 'error: no {"err":"gone"}'],
  ['{"level":60,"msg":"lost"}', 'fatal: lost'],
  ['{"level":"info","msg":"started"}', undefined],
  ['{"level":"warn","msg":"slow"}', 'warning: slow'],
  ['{"level":"error","msg":"no"}', 'error: no'],
  ['{"level":"fatal","msg":"lost","service":"router"}', 'fatal: lost'],
  ['[7] 2026/11/22 07:13:00.000000 [INF] Server is ready', undefined],
  ['[7] 2026/11/22 07:13:00.000000 [WRN] Slow consumer', 'warning: Slow consumer'],
  ['[7] 2026/11/22 07:13:00.000000 [WRN] Healthcheck failed: "not yet"', undefined],
  ['[7] 2026/11/22 07:13:00.000000 [ERR] disk full', 'error: disk full'],
  ['[7] 2026/11/22 07:13:00.000000 [FTL] no port', 'error: no port'],
  ['SyntaxError: Unexpected token', 'SyntaxError: Unexpected token'],
  ['{not json', '{not json'],
  ['["a list"]', '["a list"]'],
  ['   ', undefined],
])('Of the line %j the terminal shows %j.', (line, shown) => {
  expect(notableIn(line, 'stderr')).toBe(shown);
});

test('A greeting on standard output is routine.', () => {
  expect(notableIn('smsc-simulator: SMPP on 127.0.0.1:2776', 'stdout')).toBeUndefined();
  expect(notableIn('{"level":40,"msg":"slow"}', 'stdout')).toBe('warning: slow');
});

test('The last words of a service are shown as people read them, whatever their level.', () => {
  const line = '{"level":"info","pid":7,"msg":"stopped","reason":"SIGTERM"}';
  expect(readable(line)).toBe('info: stopped {"reason":"SIGTERM"}');
  expect(readable('plain')).toBe('plain');
});
