// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';

import { freePort, freePorts } from './free-ports.ts';

test('Ports that are asked for side by side are all different, and can be listened on.', async () => {
  const chosen = (await Promise.all([freePorts(5), freePorts(5), freePort()])).flat();
  expect(new Set(chosen).size).toBe(11);
  for (const port of chosen) {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  }
});

test('None of them is one that systems give to whoever asks for any.', async () => {
  for (const port of await freePorts(20)) expect(port).toBeLessThan(32_768);
});

test('A port that is taken is passed over.', async () => {
  const before = await freePort();
  const taken = createServer().listen(before + 1, '127.0.0.1');
  // The block may end here, or somebody else may have it.
  await Promise.race([once(taken, 'listening'), once(taken, 'error')]);
  expect(await freePorts(3)).not.toContain(before + 1);
  taken.close();
});
