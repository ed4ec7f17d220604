// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { expect, test } from '@jest/globals';

import { choosePorts, needFreePorts, parsePorts } from './ports.ts';

const loopback = (): string => '127.0.0.1';

test('Ports are named one by one over the defaults.', async () => {
  const ports = await choosePorts(parsePorts('rest=8081, nats=4333'));
  expect(ports).toMatchObject({ rest: 8081, nats: 4333, smsc: 2776 });
});

test.each([
  ['web=80', 'there is no port web; there are rest, smpp, nats,'],
  ['rest=http', 'rest=http: not a port'],
  ['rest=70000', 'rest=70000: not a port'],
  ['rest', 'rest=: not a port'],
])('%s is refused: %s.', (text, reason) => {
  expect(() => parsePorts(text)).toThrow(reason);
});

test('Two services cannot be given the same port.', async () => {
  await expect(choosePorts({ rest: 4222 })).rejects.toThrow(
    'rest and nats are both to listen on port 4222',
  );
});

test('Every taken port is named at once, with who needs it and how to choose another.', async () => {
  const ports = await choosePorts('free');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  const refused = needFreePorts({ ...ports, rest: taken, smsc: taken }, loopback);
  await expect(refused).rejects.toThrow(
    [
      `port ${taken} (127.0.0.1:${taken}, REST API of ingress-http) is taken by another program: --ports rest=...`,
      `port ${taken} (127.0.0.1:${taken}, SMPP of smsc-simulator) is taken by another program: --ports smsc=...`,
    ].join('\n'),
  );
  await needFreePorts({ ...ports, smsc: taken }, loopback, ['smsc']);
  await new Promise((resolve) => server.close(resolve));
});
