// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** DELIVER → the applications' webhooks; what was not taken → LATER, in the end → DEAD. */
import { createPublisher, joinGateway } from '@sendium/bus';
import { runService } from '@sendium/runtime';
import { createMetrics } from '@sendium/telemetry';
import { EndpointStates } from './endpoint-states.ts';
import { Notifier } from './notifier.ts';
import { createNotifierMetrics } from './notifier-metrics.ts';
import { settings } from './settings.ts';
import { WaitingEvents } from './waiting-events.ts';

const name = 'notifier';
/** Of which it is known that something waits for an endpoint: about 250 octets each. */
const rememberedMessages = 50_000;
const metrics = createMetrics();

await runService({
  name,
  settings,
  metrics,
  async start(context) {
    const { config, log, clock, scope, readEnv } = context;
    const { retryDelaysMs, rest } = config;
    const gateway = await joinGateway({ ...context, name, metrics });
    const { bus, producer, configuration, tracing } = gateway;
    const publisher = scope.use(createPublisher(bus, { whenFull: 'wait' }));
    const states = scope.use(await EndpointStates.follow(bus, log));
    const notifier = scope.use(
      new Notifier({
        ...{ bus, publisher, producer, log, states, retryDelaysMs, rest, tracing },
        metrics: createNotifierMetrics(metrics),
        waiting: new WaitingEvents(rememberedMessages),
        userAgent: `Sendium/${metrics.version}`,
        nowMs: () => clock.nowMs(),
        dice: Math.random,
      }),
    );
    notifier.observe(metrics);
    notifier.follow(configuration, { readEnv, log });
  },
});
