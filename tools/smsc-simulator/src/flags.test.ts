// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { helpText, parseFlags } from './flags.ts';

test('every setting is a flag of its type', () => {
  const args = ['--latency-ms', '40', '--throttle-share=0.05', '--fast', '--system-id', '007'];
  const more = ['--receipt-stats', '{"DELIVRD":9,"UNDELIV":1}', '--reject-status', '0x14'];
  expect(parseFlags([...args, ...more, '--out-of-order'])).toEqual({
    kind: 'start',
    options: {
      host: '127.0.0.1',
      port: 2776,
      controlHost: '127.0.0.1',
      controlPort: 2777,
      engine: 'fast',
      seed: 1,
      settings: {
        latencyMs: 40,
        throttleShare: 0.05,
        systemId: '007',
        receiptStats: { DELIVRD: 9, UNDELIV: 1 },
        rejectStatus: 0x14,
        outOfOrder: true,
      },
    },
  });
});

test('everything that is wrong is told at once', () => {
  const parsed = parseFlags(['--listen', 'here', '--latency-ms', 'soon', '--receipts', 'some']);
  expect(parsed).toEqual({
    kind: 'invalid',
    problems: [
      'listen must be HOST:PORT',
      'latencyMs must be a whole number from 0 to 3600000',
      'receipts must be one of none, asked, all',
    ],
  });
  expect(parseFlags(['--no-such-flag'])).toMatchObject({ kind: 'invalid' });
});

test('help lists the flags', () => {
  expect(parseFlags(['--help'])).toEqual({ kind: 'help' });
  expect(helpText()).toContain('--receipt-early-share 0');
});
