// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** SUBMIT and LATER → where next? → DISPATCH, LATER, EVENTS; INBOUND → whom for? → DELIVER, DEAD, EVENTS. */
import { createPublisher, joinGateway, natsSettings } from '@sendium/bus';
import { runService } from '@sendium/runtime';
import { createMetrics, startTracing } from '@sendium/telemetry';
import { consumeInbound } from './consume-inbound.ts';
import { consumeOrphans } from './consume-orphans.ts';
import { consumeSubmissions } from './consume-submissions.ts';
import { countRouting, observeConfiguration } from './observations.ts';
import { createOutlets } from './outlets.ts';

const metrics = createMetrics();

await runService({
  name: 'router',
  settings: natsSettings,
  metrics,
  async start({ config, log, clock, scope, readiness, stopping, traceFailures: keepsFailures }) {
    const name = 'router';
    const tracing = scope.use(await startTracing({ service: name, metrics, keepsFailures }));
    const joining = { name, natsUrl: config.url, log, scope, readiness, stopping };
    const { bus, producer, configuration } = await joinGateway(joining);
    const publisher = scope.use(createPublisher(bus, { whenFull: 'wait' }));
    const outlets = createOutlets(bus, publisher, producer);
    const work = { bus, publisher, outlets, configuration, clock, producer, tracing };
    observeConfiguration(metrics, configuration);
    scope.use(consumeSubmissions({ ...work, count: countRouting(metrics) }));
    scope.use(consumeInbound({ ...work, metrics }));
    scope.use(consumeOrphans({ ...work, log }));
  },
});
