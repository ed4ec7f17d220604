// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * SUBMIT and LATER → where next? → DISPATCH, LATER, EVENTS; INBOUND → whom for? → DELIVER, DEAD, EVENTS;
 * gRPC ← "which way would this take?"
 */
import { createPublisher, joinGateway } from '@sendium/bus';
import { serveQuestions } from '@sendium/grpc';
import { runService } from '@sendium/runtime';
import { createMetrics } from '@sendium/telemetry';
import { answerRouteQuestions } from './answer-route-questions.ts';
import { consumeInbound } from './consume-inbound.ts';
import { consumeOrphans } from './consume-orphans.ts';
import { consumeSubmissions, createRouteItem } from './consume-submissions.ts';
import { assembleBy, releaseInbound } from './joining/assemble.ts';
import { createInboundJoiner, createOutboundJoiner } from './joining/create-joiners.ts';
import { joinSubmissions, releaseSubmissions } from './joining/join-submissions.ts';
import { consumeDueParts } from './joining/consume-due-parts.ts';
import { countRouting } from './observations.ts';
import { observeQueues } from './observe-queues.ts';
import { createOutlets } from './outlets.ts';
import { settings } from './settings.ts';

const name = 'router';
const metrics = createMetrics();

await runService({
  name,
  settings,
  metrics,
  async start(context) {
    const { config, log, clock, scope } = context;
    const gateway = await joinGateway({ ...context, name, metrics });
    const { bus, producer, configuration, tracing } = gateway;
    const publisher = scope.use(createPublisher(bus, { whenFull: 'wait' }));
    const outlets = createOutlets(bus, publisher, producer);
    const work = { ...gateway, publisher, outlets, clock };
    scope.use(observeQueues({ bus, metrics, log }));
    const joining = { ...work, timeoutMs: config.partsTimeoutMs };
    const count = countRouting(metrics);
    const submissions = {
      joiner: createOutboundJoiner(joining),
      ...{ configuration, routeItem: createRouteItem({ ...work, count }) },
      onKept: () => count('kept'),
    };
    scope.use(consumeSubmissions(work, joinSubmissions(submissions)));
    const joiner = createInboundJoiner(joining);
    scope.use(consumeInbound({ ...work, metrics, assemble: assembleBy(joiner) }));
    const onInbound = releaseInbound(joiner, { ...work, metrics });
    scope.use(
      consumeDueParts({ ...work, metrics, onInbound, onOutbound: releaseSubmissions(submissions) }),
    );
    scope.use(consumeOrphans({ ...work, log }));
    const { grpcListen: listen } = config;
    if (listen === undefined) return;
    const questions = answerRouteQuestions(configuration);
    scope.use(await serveQuestions({ listen, log, tracing }, questions));
  },
});
