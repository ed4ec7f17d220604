// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { startBackbone } from '@sendium/backbone';
import { RoutingServiceService } from '@sendium/contracts';
import { connectGrpc } from '@sendium/grpc';
import { eventually, spawnApp } from '@sendium/testkit';

const documentWith = (last: string) => `
version: 1
accounts: { demo: {}, other: {} }
connectors:
  first: { host: 127.0.0.1, port: 1, system_id: x, password: x }
  second: { host: 127.0.0.1, port: 1, system_id: x, password: x }
routes:
  - { name: uk, match: { to: { prefix: "44" } }, send_to: [first, second] }
  - { name: last, match: { account: demo }, send_to: [${last}] }
`;

test('the router tells which way a message would take, under what it routes by at the moment', async () => {
  await using backbone = await startBackbone({ configuration: documentWith('second') });
  await using router = await spawnApp({
    app: 'router',
    env: { SENDIUM_NATS_URL: backbone.nats.url, SENDIUM_GRPC_LISTEN: '127.0.0.1:0' },
  });
  const port = /"port":(\d+),"msg":"answering questions"/.exec(router.output)?.[1] ?? '';
  await using client = connectGrpc(RoutingServiceService, { url: `http://127.0.0.1:${port}` });
  const { calls } = client;

  const uk = await calls.explainRoute({ account: 'demo', to: '447700900123' });
  expect(uk).toMatchObject({
    ...{ route: 'uk', targets: ['first', 'second'] },
    rules: [
      { rule: 'uk', verdict: 'chosen' },
      { rule: 'last', verdict: 'shadowed' },
    ],
  });
  const elsewhere = { account: 'demo', to: '33612345678' };
  expect(await calls.explainRoute(elsewhere)).toMatchObject({ route: 'last', targets: ['second'] });
  expect(await calls.explainRoute({ ...elsewhere, account: 'other' })).toMatchObject({
    ...{ route: '', targets: [] },
    rules: [{ verdict: 'no_match' }, { verdict: 'no_match' }],
  });

  await backbone.configure(documentWith('first'));
  await eventually(async () => {
    const { targets, configurationVersion } = await calls.explainRoute(elsewhere);
    expect(targets).toEqual(['first']);
    expect(configurationVersion).toBeGreaterThan(uk.configurationVersion);
  });
});
