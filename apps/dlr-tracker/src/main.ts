// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** EVENTS → what is known of each message → the store; gRPC ← "where is my message?" */
import { createPublisher, joinGateway } from '@sendium/bus';
import { serveGrpc } from '@sendium/grpc';
import { runService } from '@sendium/runtime';
import { openStore } from '@sendium/store';
import { createMetrics, observeBus, startTracing } from '@sendium/telemetry';
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
  async start({ config, log, clock, scope, readiness, stopping, traceFailures: keepsFailures }) {
    const tracing = scope.use(await startTracing({ service: name, metrics, keepsFailures }));
    const { keeping, storeUrl, grpcListen: listen } = config;
    const store = scope.use(await openStore(storeUrl));
    const joining = { name, natsUrl: config.nats.url, observer: observeBus(metrics) };
    const gateway = await joinGateway({ ...joining, log, scope, readiness, stopping });
    const publisher = scope.use(createPublisher(gateway.bus, { whenFull: 'wait' }));
    const arrivals = new Arrivals();
    const work = { ...gateway, publisher, store, arrivals, keeping, metrics, tracing, log, clock };
    const { groups } = track(scope, work);
    const horizon = new Horizon({ ...gateway, groups, monotonicMs: () => clock.monotonicMs() });
    const questions = answerQuestions({ store, arrivals, horizon, nowMs: () => clock.nowMs() });
    const onUnexpected = (err: unknown, method: string): void =>
      log.error({ err, method }, 'a question failed');
    const inbound = answerInboundQuestions(store);
    const server = scope.use(
      await serveGrpc({ listen, onUnexpected, tracing }, questions, inbound),
    );
    log.info({ host: listen.host, port: server.port }, 'answering questions');
  },
});
