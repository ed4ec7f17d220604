// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** DISPATCH → submit_sm → carrier; answers, receipts and SMS of mobiles → EVENTS, LATER, INBOUND; gRPC ← links. */
import { readFileSync } from 'node:fs';
import { createPublisher, joinGateway } from '@sendium/bus';
import { serveQuestions } from '@sendium/grpc';
import { runService } from '@sendium/runtime';
import { createMetrics } from '@sendium/telemetry';
import { answerLinkQuestions } from './answer-link-questions.ts';
import { Fleet } from './fleet.ts';
import { namesOf, settings } from './settings.ts';

const name = 'connector';
const metrics = createMetrics();

await runService({
  name,
  settings,
  metrics,
  async start(context) {
    const { config, log, clock, scope, readEnv } = context;
    const gateway = await joinGateway({ ...context, name, metrics });
    const { bus, producer, configuration, tracing } = gateway;
    const publisher = scope.use(createPublisher(bus, { whenFull: 'wait', drainMs: 500 }));
    const early = { retry: { untilMs: 5_000 }, drainMs: 500 } as const;
    const inboundPublisher = scope.use(createPublisher(bus, early));
    const secrets = { env: readEnv, file: (path: string) => readFileSync(path, 'utf8') };
    const work = {
      bus,
      producer,
      publisher,
      inboundPublisher,
      secrets,
      clock,
      log,
      metrics,
      tracing,
    };
    const fleet = scope.use(
      new Fleet({ ...work, configuration, names: namesOf(config.connectors) }),
    );
    const { grpcListen: listen } = config;
    if (listen === undefined) return;
    const questions = answerLinkQuestions({
      ...{ bus, producer, running: () => fleet.connectors },
      isConfigured: (connector) => configuration.current.connectors.has(connector),
    });
    scope.use(await serveQuestions({ listen, log, tracing }, questions));
  },
});
