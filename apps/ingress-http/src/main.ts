// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';
import { createPublisher, joinGateway, SubmitDoor, watchStoreUsage } from '@sendium/bus';
import { MessageIds } from '@sendium/message';
import { RateLimits, runService } from '@sendium/runtime';
import { createMetrics, observeBus, observeStore, startTracing } from '@sendium/telemetry';
import { createApi } from './api.ts';
import { ApiKeys } from './api-keys.ts';
import { askRouter } from './ask-router.ts';
import { askTracker } from './ask-tracker.ts';
import { HttpServer } from './http-server.ts';
import { Intake } from './intake.ts';
import { BodyRoom } from './json-body.ts';
import { buildOpenApi } from './openapi.ts';
import { createPossibleNumbers } from './possible-numbers.ts';
import { RecentMessages } from './recent-messages.ts';
import { settings } from './settings.ts';

const name = 'ingress-http';
const metrics = createMetrics();

await runService({
  name,
  settings,
  metrics,
  async start({ config, log, clock, scope, readiness, stopping, readEnv, traceFailures }) {
    const tracingOptions = { service: name, metrics, keepsFailures: traceFailures };
    const tracing = scope.use(await startTracing(tracingOptions));
    const { url: natsUrl } = config.nats;
    const observer = observeBus(metrics);
    const joining = { name, natsUrl, log, scope, readiness, stopping, observer };
    const { bus, producer, configuration } = await joinGateway(joining);

    const keys = ApiKeys.follow(configuration, readEnv, log);

    const store = watchStoreUsage(bus, config.store);
    scope.defer(() => store[Symbol.dispose]());
    observeStore(metrics, store);
    const publisher = scope.use(createPublisher(bus, { retry: { untilMs: 5000 } }));
    const recent = new RecentMessages({ messages: 10_000, bytes: 32 * 1024 * 1024 });
    const door = new SubmitDoor({ bus, publisher, producer, store });
    const intake = new Intake({ door, recent, metrics, tracing });

    const previews = askRouter(config.routerUrl, { scope, configuration, log, tracing });
    const questions = askTracker(config.trackerUrl, { scope, recent, log, tracing });

    const isPossible = createPossibleNumbers();
    const bodyRoom = new BodyRoom(64 * 1024 * 1024);
    const limits = new RateLimits(clock);
    const send = {
      keys,
      intake,
      ids: new MessageIds(randomFillSync),
      isPossible,
      bodyRoom,
      limits,
      previews,
      clock,
      log,
    };
    const api = createApi({ keys, ...questions, openApi: buildOpenApi(metrics.version), log });
    const { listen, maxConnections } = config;
    scope.use(await HttpServer.start({ listen, maxConnections, api, send, metrics, tracing, log }));
  },
});
