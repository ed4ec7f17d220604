// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';

import { parseCommand } from './options.ts';

const parse = (args: readonly string[], env = {}) => parseCommand({ args, env, cwd: '/home/ann' });

test('Options are read; files are relative to where npm was called.', () => {
  const args = ['--reset', '--config', 'mine.yaml', '--no-simulator', '--ports', 'rest=8081'];
  expect(parse(args)).toMatchObject({
    kind: 'start',
    options: {
      reset: true,
      configFile: '/home/ann/mine.yaml',
      simulator: false,
      ports: { rest: 8081 },
    },
  });
});

test('Ports come from the environment too, and the command line wins.', () => {
  const env = { SENDIUM_STACK_PORTS: 'rest=1,nats=2' };
  expect(parse(['--ports', 'rest=3'], env)).toMatchObject({
    options: { ports: { rest: 3, nats: 2 } },
  });
});

test('What cannot be read is told with a reason, and help lists the ports.', () => {
  expect(parse(['--port', '1'])).toMatchObject({ kind: 'wrong' });
  expect(parse(['--ports', 'x=1'])).toMatchObject({ kind: 'wrong' });
  expect(parse(['--help'])).toMatchObject({ text: expect.stringContaining('smsc_control') });
});
