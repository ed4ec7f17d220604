// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** EVENTS → what is known of each message → the store; gRPC ← "where is my message?" */
import { createPublisher, joinGateway } from '@sendium/bus';
import { serveQuestions } from '@sendium/grpc';
import { runService } from '@sendium/runtime';
import { openStore } from '@sendium/store';
import { createMetrics } from '@sendium/telemetry';
import { answerInboundQuestions } from './answer-inbound-questions.ts';
import { answerQuestions } from './answer-questions.ts';
import { Arrivals } from './arrivals.ts';
import { Horizon } from './horizon.ts';
import { settings } from './settings.ts';
import { track } from './track.ts';

const name = 'dlr-tracker';
const metrics = createMetrics();

await runService({
  name,
  settings,
  metrics,
  async start(context) {
    const { config, log, clock, scope } = context;
    const { keeping, storeUrl, grpcListen: listen } = config;
    const store = scope.use(await openStore(storeUrl));
    const gateway = await joinGateway({ ...context, name, metrics });
    const publisher = scope.use(createPublisher(gateway.bus, { whenFull: 'wait' }));
    const arrivals = new Arrivals();
    const work = { ...gateway, publisher, store, arrivals, keeping, metrics, log, clock };
    const { groups } = track(scope, work);
    const horizon = new Horizon({ ...gateway, groups, monotonicMs: () => clock.monotonicMs() });
    const questions = answerQuestions({ store, arrivals, horizon, nowMs: () => clock.nowMs() });
    const inbound = answerInboundQuestions(store);
    const { tracing } = gateway;
    scope.use(await serveQuestions({ listen, log, tracing }, questions, inbound));
  },
});
