// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';
import { createPublisher, joinGateway, SubmitDoor, watchStoreUsage } from '@sendium/bus';
import { MessageServiceService } from '@sendium/contracts';
import { connectGrpc } from '@sendium/grpc';
import { MessageIds } from '@sendium/message';
import { RateLimits, runService } from '@sendium/runtime';
import { createMetrics } from '@sendium/telemetry';
import { BindDesk } from './bind-desk.ts';
import { BindPlaces } from './bind-places.ts';
import { ClientDirectory } from './client-directory.ts';
import { ClientMessageIds } from './client-message-ids.ts';
import { congestionOf } from './congestion.ts';
import { Intake } from './intake.ts';
import { MessageQueries } from './message-queries.ts';
import { RequestDesk } from './request-desk.ts';
import { ReportDelivery } from './reports/report-delivery.ts';
import { settings } from './settings.ts';
import { SmppServer } from './smpp-server.ts';

const name = 'ingress-smpp';
const metrics = createMetrics();

await runService({
  name,
  settings,
  metrics,
  async start({ config, log, clock, scope, readiness, stopping, readEnv }) {
    const { url: natsUrl } = config.nats;
    const joining = { name, natsUrl, log, scope, readiness, stopping };
    const { bus, producer, configuration } = await joinGateway(joining);

    const directory = ClientDirectory.follow(configuration, readEnv, log);
    const places = new BindPlaces(bus, producer, log);
    const binds = new BindDesk({ directory, places, metrics, log });

    const store = watchStoreUsage(bus, config.store);
    scope.defer(() => store[Symbol.dispose]());
    const publisher = scope.use(createPublisher(bus, { retry: { untilMs: 5000 } }));
    const door = new SubmitDoor({ bus, publisher, producer, store });
    const intake = new Intake({ door, limits: new RateLimits(clock), metrics });

    const { trackerUrl: url, listen, timers } = config;
    const tracker = scope.use(connectGrpc(MessageServiceService, { url, deadlineMs: 3000 }));
    const queries = new MessageQueries(tracker, log);
    const ids = new MessageIds(randomFillSync);
    const shortIds = new ClientMessageIds(bus);
    const requests = new RequestDesk({ directory, intake, ids, shortIds, queries, clock });

    const nowMs = (): number => clock.nowMs();
    const reports = scope.use(
      new ReportDelivery({ bus, publisher, producer, metrics, log, nowMs }),
    );
    const congestionState = (): number => congestionOf(publisher, store);
    const clients = { binds, requests, reports, directory, timers, congestionState };
    const server = scope.use(await SmppServer.start({ ...clients, listen, metrics, log }));
    configuration.onChange(() => server.dropUnknown());
  },
});
