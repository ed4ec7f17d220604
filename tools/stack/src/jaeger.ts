// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** Traces of the local stack: to a collector that somebody names, or to a Jaeger that is installed here. */
import { accessSync, constants } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

import { neutralEnvironment } from '@sendium/testkit';

import { isPortFree, portTable } from './ports.ts';
import type { Ports } from './ports.ts';
import type { StackOptions } from './stack-options.ts';
import type { ServiceDefinition } from './supervised.ts';

/** Version 2, and version 1. */
const binaries = ['jaeger', 'jaeger-all-in-one'] as const;

/** The installed Jaeger; undefined when there is none on the PATH. */
export const findJaeger = (path = process.env['PATH'] ?? ''): string | undefined =>
  path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => binaries.map((name) => join(folder, name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });

/** What services need to tell the collector of every message. Port 4317 is that of OTLP over gRPC. */
export const tracingEnvironment = (endpoint: string): Readonly<Record<string, string>> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: new URL(endpoint).port === '4317' ? 'grpc' : 'http/protobuf',
  OTEL_TRACES_SAMPLER: 'always_on',
});

/** Where the local Jaeger takes spans. */
export const jaegerEndpoint = ({ jaeger_otlp: port }: Ports): string => `http://127.0.0.1:${port}`;

/** How the local Jaeger is run: in memory, nothing is kept. Its own ports need not be told. */
export const jaegerDefinition = (binary: string, ports: Ports): ServiceDefinition => {
  const { jaeger_otlp: otlp, jaeger_ui: ui } = ports;
  const isUsual = otlp === portTable.jaeger_otlp.port && ui === portTable.jaeger_ui.port;
  const args =
    basename(binary) === 'jaeger-all-in-one'
      ? [
          `--collector.otlp.http.host-port=127.0.0.1:${otlp}`,
          `--query.http-server.host-port=127.0.0.1:${ui}`,
        ]
      : [
          `--set=receivers.otlp.protocols.http.endpoint=127.0.0.1:${otlp}`,
          `--set=extensions.jaeger_query.http.endpoint=127.0.0.1:${ui}`,
        ];
  return {
    name: 'jaeger',
    command: binary,
    args: isUsual ? [] : args,
    env: neutralEnvironment(),
    readyUrl: `http://127.0.0.1:${ui}/`,
    stopMs: 100,
  };
};

/** Where traces go, if anywhere, and the Jaeger to start for that. */
export interface TracingPlan {
  readonly endpoint?: string;
  readonly binary?: string;
}

/** An installed Jaeger is a convenience: what stands in its way is said and is no reason to stop. */
export const planTracing = async (
  { jaeger, log = () => undefined }: StackOptions,
  ports: Ports,
): Promise<TracingPlan> => {
  if (jaeger === undefined) return {};
  if (jaeger !== 'local') return { endpoint: jaeger };
  const binary = findJaeger();
  if (binary === undefined || process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] !== undefined) return {};
  for (const port of [ports.jaeger_otlp, ports.jaeger_ui]) {
    if (await isPortFree(port)) continue;
    log(`jaeger is not started: port ${port} is taken (one that runs: --jaeger URL of its OTLP)`);
    return {};
  }
  return { binary, endpoint: jaegerEndpoint(ports) };
};
