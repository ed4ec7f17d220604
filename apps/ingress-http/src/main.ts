// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';
import { joinGateway, openSubmitDoor } from '@sendium/bus';
import { MessageIds } from '@sendium/message';
import { RateLimits, runService } from '@sendium/runtime';
import { createMetrics } from '@sendium/telemetry';
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
  async start(context) {
    const { config, log, clock, scope, readEnv } = context;
    const gateway = await joinGateway({ ...context, name, metrics });
    const { configuration, tracing } = gateway;

    const keys = ApiKeys.follow(configuration, readEnv, log);

    const recent = new RecentMessages({ messages: 10_000, bytes: 32 * 1024 * 1024 });
    const { door } = openSubmitDoor({ ...gateway, scope, metrics, config });
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
