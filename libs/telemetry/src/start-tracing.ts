// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Metrics } from './metrics.ts';
import { readRatio } from './sampling.ts';
import { noTracing, type Tracing } from './tracing.ts';

/** How a service is traced. */
export interface TracingOptions {
  /** The app's name. */
  readonly service: string;
  readonly metrics: Metrics;
  /** Record failures of messages that are not sampled. */
  readonly keepsFailures: boolean;
  /** The standard variables OTEL_*; those of the process when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A variable of OpenTelemetry's that cannot be used. */
export class TracingSettingError extends Error {
  override readonly name = 'TracingSettingError';
  readonly variable: string;

  constructor(variable: string, problem: string) {
    super(`${variable} ${problem}`);
    this.variable = variable;
  }
}

/**
 * Tracing as the standard variables ask for it: on when a collector is named by
 * OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, unless OTEL_SDK_DISABLED is true or
 * OTEL_TRACES_EXPORTER is `none`. While it is off nothing of OpenTelemetry is loaded.
 *
 * @throws {TracingSettingError} a variable has a value that means nothing here
 */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const env = options.env ?? process.env;
  if (!isAskedFor(env)) return noTracing;
  const asked = readRatio(env);
  if (asked.kind === 'wrong') throw new TracingSettingError(asked.variable, asked.problem);
  const { createOtelTracing } = await import('./otel-tracing.ts');
  return createOtelTracing({ ...options, ratio: asked.ratio, protocol: protocolOf(env) });
}

function isAskedFor(env: NonNullable<TracingOptions['env']>): boolean {
  const endpoint =
    env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  const isDisabled = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  return endpoint !== '' && !isDisabled && env['OTEL_TRACES_EXPORTER'] !== 'none';
}

const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;

/** How spans travel. */
export type OtlpProtocol = (typeof protocols)[number];

function protocolOf(env: NonNullable<TracingOptions['env']>): OtlpProtocol {
  const variable =
    env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] === undefined
      ? 'OTEL_EXPORTER_OTLP_PROTOCOL'
      : 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL';
  const asked = env[variable] ?? 'http/protobuf';
  const protocol = protocols.find((each) => each === asked);
  if (protocol === undefined) {
    throw new TracingSettingError(variable, `must be one of ${protocols.join(', ')}`);
  }
  return protocol;
}
