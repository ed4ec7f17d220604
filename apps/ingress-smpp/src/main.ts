// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';
import { joinGateway, openSubmitDoor } from '@sendium/bus';
import { MessageIds } from '@sendium/message';
import { RateLimits, runService } from '@sendium/runtime';
import { createMetrics } from '@sendium/telemetry';
import { askTracker } from './ask-tracker.ts';
import { BindDesk } from './bind-desk.ts';
import { BindPlaces } from './bind-places.ts';
import { CarrierDesk } from './carrier-desk.ts';
import { ClientDirectory } from './client-directory.ts';
import { ClientMessageIds } from './client-message-ids.ts';
import { congestionOf } from './congestion.ts';
import { Intake } from './intake.ts';
import { listenPlan } from './listen-plan.ts';
import { RequestDesk } from './request-desk.ts';
import { RateShares } from './rate-shares.ts';
import { ClientDeliveries } from './deliveries/client-deliveries.ts';
import { settings } from './settings.ts';
import { SmppServer } from './smpp-server.ts';

const name = 'ingress-smpp';
const metrics = createMetrics();

await runService({
  name,
  settings,
  metrics,
  async start(context) {
    const { config, log, clock, scope, readEnv } = context;
    const listen = listenPlan(config.listen);
    const gateway = await joinGateway({ ...context, name, metrics });
    const { bus, producer, configuration, tracing } = gateway;
    const directory = ClientDirectory.follow(configuration, readEnv, log);
    const places = new BindPlaces(bus, producer, log);
    const binds = new BindDesk({ directory, places, metrics, log });

    const { door, publisher, store } = openSubmitDoor({ ...gateway, scope, metrics, config });
    const shares = scope.use(new RateShares(places, directory));
    const limits = new RateLimits(clock, (account) => shares.shareOf(account));
    const intake = new Intake({ door, limits, metrics, tracing });
    const queries = askTracker(config.trackerUrl, { scope, log });
    const ids = new MessageIds(randomFillSync);
    const shortIds = new ClientMessageIds(bus);
    const requests = new RequestDesk({ directory, intake, ids, shortIds, queries, clock });

    const work = { bus, publisher, producer, metrics, tracing, log };
    const carriers = new CarrierDesk({ ...work, directory, ids, clock });
    const given = { ...work, configuration, nowMs: () => clock.nowMs() };
    const deliveries = scope.use(new ClientDeliveries(given));
    const congestionState = (): number => congestionOf(publisher, store);
    const peers = { binds, requests, carriers, deliveries, directory, timers: config.timers };
    const plan = { ...peers, congestionState, listen, metrics, log };
    const server = scope.use(await SmppServer.start(plan));
    configuration.onChange(() => server.dropUnknown());
  },
});
