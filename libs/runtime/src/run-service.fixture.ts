// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** A service for the tests of runService: what it does is told by SENDIUM_FIXTURE. */
import { runService, type ServiceContext } from './run-service.ts';
import { setting } from './setting.ts';
import { oneOf } from './setting-values.ts';

const settings = {
  behaviour: setting(
    'SENDIUM_FIXTURE',
    oneOf('good', 'waits', 'throws', 'rejects-later', 'throws-later', 'fails-later', 'hangs'),
  ),
};

type Fixture = ServiceContext<{ readonly behaviour: string }>;

async function start({ config, log, scope, readiness, fail }: Fixture): Promise<void> {
  for (const name of ['bus', 'publisher', 'server']) {
    scope.defer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.info({ released: name }, 'released');
    });
  }
  const link = readiness.gate('link', 'not there yet');
  switch (config.behaviour) {
    case 'waits':
      return new Promise(() => undefined);
    case 'throws':
      throw new Error('cannot start');
    case 'hangs':
      scope.defer(() => new Promise(() => undefined));
      break;
    case 'rejects-later':
      setTimeout(() => void Promise.reject(new Error('forgotten')), 10);
      break;
    case 'throws-later':
      setTimeout(() => {
        throw new Error('unexpected');
      }, 10);
      break;
    case 'fails-later':
      setTimeout(() => fail(new Error('lost invariant')), 10);
      break;
  }
  link.open();
}

await runService({
  name: 'fixture',
  settings,
  metrics: { contentType: 'text/plain', render: () => Promise.resolve('up 1\n') },
  start,
});
