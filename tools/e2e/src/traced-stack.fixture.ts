// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { ServiceName, StackOptions } from '@sendium/stack';
import {
  eventually,
  startOtlpReceiver,
  type OtlpReceiver,
  type ReceivedSpan,
  type ReceiverProtocol,
} from '@sendium/testkit';
import { startStage, type Stage } from './stage.fixture.ts';

const services: readonly ServiceName[] = [
  'notifier',
  'dlr-tracker',
  'connector',
  'router',
  'ingress-smpp',
  'ingress-http',
];

/** A stack whose services tell a collector of their work. */
export interface TracedStack extends Stage {
  readonly collector: OtlpReceiver;
  /** The spans of a trace, as soon as there are so many. */
  trace(id: string, atLeast: number): Promise<readonly ReceivedSpan[]>;
  send(message: object, headers?: Readonly<Record<string, string>>): Promise<string>;
  untilStatus(id: string, status: string): Promise<void>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

export interface TracedStackOptions {
  readonly ratio: number;
  readonly protocol?: ReceiverProtocol;
  readonly stack?: Partial<StackOptions>;
  /** More variables for every service. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts it; spans are exported twice a second, so that tests need not wait for long. */
export async function startTracedStack(options: TracedStackOptions): Promise<TracedStack> {
  const { ratio, protocol = 'http/protobuf' } = options;
  const collector = await startOtlpReceiver(protocol);
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_TRACES_SAMPLER_ARG: String(ratio),
    OTEL_BSP_SCHEDULE_DELAY: '500',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=e2e',
    ...options.env,
  };
  const stage = await startStage({
    env: Object.fromEntries(services.map((name) => [name, env])),
    ...options.stack,
  });
  const { stack } = stage;
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(stack.urls.rest + path, {
      headers: { authorization: `Bearer ${stack.key ?? ''}`, ...headers },
    });
  return {
    ...{ ...stage, collector, get },
    trace: (id, atLeast) =>
      eventually(() => {
        const spans = collector.spans.filter(({ traceId }) => traceId === id);
        if (spans.length < atLeast) throw new Error(`has ${spans.length} of ${atLeast} spans`);
        return spans;
      }),
    async send(message, headers = {}) {
      const response = await fetch(`${stack.urls.rest}/v1/messages`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${stack.key ?? ''}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: JSON.stringify(message),
      });
      const { id } = (await response.json()) as { readonly id: string };
      if (response.status !== 202) throw new Error(`was answered ${response.status}`);
      return id;
    },
    async untilStatus(id, status) {
      await eventually(
        async () => {
          const body = (await (await get(`/v1/messages/${id}`)).json()) as { status: string };
          if (body.status !== status) throw new Error(`is ${body.status}`);
        },
        { timeoutMs: 20_000 },
      );
    },
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]();
      await collector[Symbol.asyncDispose]();
    },
  };
}
