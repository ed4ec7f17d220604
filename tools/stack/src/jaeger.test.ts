// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { freePorts } from '@sendium/testkit';
import { findJaeger, jaegerDefinition, planTracing, tracingEnvironment } from './jaeger.ts';
import { parseCommand } from './options.ts';
import { portTable, type PortName, type Ports } from './ports.ts';
import { describeStack } from './report.ts';

let folder: string;
const path = process.env['PATH'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jaeger-'));
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true });
});

function install(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  process.env['PATH'] = `${folder}${delimiter}${path ?? ''}`;
  return file;
}

async function portsWith(otlp?: number): Promise<Ports> {
  const usual = Object.entries(portTable).map(([name, { port }]) => [name, port] as const);
  const [first = 0, second = 0] = await freePorts(2);
  const own: Partial<Record<PortName, number>> = { jaeger_otlp: otlp ?? first, jaeger_ui: second };
  return { ...Object.fromEntries(usual), ...own } as Ports;
}

const parse = (...args: string[]) => parseCommand({ args, env: {}, cwd: '/' });

test('a Jaeger on the PATH is found, of version 2 or 1; a file that cannot be run is none', () => {
  expect(findJaeger(folder)).toBeUndefined();
  const one = install('jaeger-all-in-one');
  expect(findJaeger(folder)).toBe(one);
  const two = install('jaeger');
  expect(findJaeger(folder)).toBe(two);
  chmodSync(two, 0o644);
  if (process.getuid?.() !== 0) expect(findJaeger(folder)).toBe(one);
});

test('it is started where it is installed, and the services trace every message to it', async () => {
  const binary = install('jaeger');
  const ports = await portsWith();
  const plan = await planTracing({ stateDir: folder, jaeger: 'local' }, ports);
  expect(plan).toEqual({ binary, endpoint: `http://127.0.0.1:${ports.jaeger_otlp}` });
  expect(tracingEnvironment(plan.endpoint ?? '')).toMatchObject({
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  });
  const { args, readyUrl } = jaegerDefinition(binary, ports);
  expect(args.join(' ')).toContain(String(ports.jaeger_otlp));
  expect(readyUrl).toContain(String(ports.jaeger_ui));
});

test('where its port is taken it is not started, and that is said', async () => {
  install('jaeger');
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { readonly port: number };
  const said: string[] = [];
  const options = { stateDir: folder, jaeger: 'local', log: (line: string) => said.push(line) };
  expect(await planTracing(options, await portsWith(port))).toEqual({});
  expect(said.join()).toContain(String(port));
  await new Promise((resolve) => other.close(resolve));
});

test('npm start -- --jaeger URL names the collector; what is no URL is refused', () => {
  expect(parse('--jaeger', 'http://traces:4318')).toMatchObject({
    options: { jaeger: 'http://traces:4318' },
  });
  expect(parse()).toMatchObject({ options: { jaeger: 'local' } });
  expect(parse('--jaeger', 'traces')).toMatchObject({ kind: 'wrong' });
  expect(tracingEnvironment('http://traces:4317')).toMatchObject({
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  });
});

test('the terminal says where to look', () => {
  const urls = { rest: '', smpp: '', nats: '', links: '', tracker: '', metrics: {} };
  const otlp = 'http://127.0.0.1:4318';
  const jaeger = 'http://127.0.0.1:16686';
  const told = (more: object) =>
    describeStack({ urls: { ...urls, ...more }, demo: undefined }).join('\n');
  expect(told({ otlp, jaeger })).toContain(jaeger);
  expect(told({ otlp })).toContain(`every message, to ${otlp}`);
  expect(told({})).not.toContain('Traces');
});
