// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Streams, consumers and buckets: made by one step, read back by every service. Reading back matters: a
 * server silently ignores settings that it is too old for, and during an upgrade two versions of the
 * definitions are about.
 */
import type { ConsumerDefinition } from '@sendium/contracts';
import type { Bus } from './bus.ts';
import { JetStreamApiError } from './errors.ts';
import {
  bucketConfig,
  consumerConfig,
  isEnough,
  streamConfig,
  type Topology,
  type WireConfig,
  type WireValue,
} from './topology-config.ts';

/** Something is missing, or less than what is required. */
export interface TopologyProblem {
  /** `server`, `stream SUBMIT`, `consumer SUBMIT/router-normal`. */
  readonly object: string;
  /** JetStream's name of the setting; `version`, or `existence` when there is no such object. */
  readonly field: string;
  readonly required: WireValue;
  readonly found: WireValue | undefined;
}

interface InfoAnswer {
  readonly config: WireConfig;
}

interface Wanted {
  readonly object: string;
  readonly infoCall: string;
  readonly config: WireConfig;
}

const oldestServer = '2.12.0';

/**
 * Creates or changes everything to what the definitions say; what is right already is left alone.
 *
 * @throws {JetStreamApiError} the server refuses a definition
 * @throws {TransientError} no answer; apply again
 */
export async function applyTopology(bus: Bus, topology: Topology): Promise<void> {
  for (const wanted of wantedStreams(topology)) await applyStream(bus, wanted);
  for (const definition of topology.consumers ?? []) await ensureConsumer(bus, definition);
}

/**
 * Creates the durable, or changes it to what the definition says; safe to call by several at once.
 *
 * @throws {JetStreamApiError} the server refuses it, e.g. there is no such stream
 * @throws {TransientError} no answer; call again
 */
export async function ensureConsumer(bus: Bus, definition: ConsumerDefinition): Promise<void> {
  await bus.api(`CONSUMER.CREATE.${definition.stream}.${definition.durable}`, {
    stream_name: definition.stream,
    config: consumerConfig(definition),
    action: '',
  });
}

/** What is missing or less than required; empty when all is well. */
export async function checkTopology(
  bus: Bus,
  topology: Topology,
): Promise<readonly TopologyProblem[]> {
  const all = [...wantedStreams(topology), ...wantedConsumers(topology)];
  const problems = await Promise.all(all.map((wanted) => checkOne(bus, wanted)));
  return [...checkServer(bus), ...problems.flat()];
}

function wantedStreams({ streams, buckets, replicas = 1 }: Topology): readonly Wanted[] {
  const configs = [
    ...(streams ?? []).map((definition) => streamConfig(definition, replicas)),
    ...(buckets ?? []).map((definition) => bucketConfig(definition, replicas)),
  ];
  return configs.map((config) => {
    const name = String(config['name']);
    return { object: `stream ${name}`, infoCall: `STREAM.INFO.${name}`, config };
  });
}

function wantedConsumers({ consumers = [] }: Topology): readonly Wanted[] {
  return consumers.map((definition) => ({
    object: `consumer ${definition.stream}/${definition.durable}`,
    infoCall: `CONSUMER.INFO.${definition.stream}.${definition.durable}`,
    config: consumerConfig(definition),
  }));
}

async function applyStream(bus: Bus, { config, infoCall }: Wanted): Promise<void> {
  const found = await find(bus, infoCall);
  const name = String(config['name']);
  if (found === undefined) await bus.api(`STREAM.CREATE.${name}`, config);
  else if (!isSame(config, found)) await bus.api(`STREAM.UPDATE.${name}`, { ...found, ...config });
}

async function checkOne(bus: Bus, wanted: Wanted): Promise<readonly TopologyProblem[]> {
  const { object, config } = wanted;
  const found = await find(bus, wanted.infoCall);
  if (found === undefined) return [{ object, field: 'existence', required: true, found: false }];
  return Object.entries(config)
    .filter(([field, required]) => !isEnough(field, required, found[field]))
    .map(([field, required]) => ({ object, field, required, found: found[field] }));
}

function checkServer(bus: Bus): readonly TopologyProblem[] {
  const found = bus.serverVersion;
  if (isAtLeastVersion(found, oldestServer)) return [];
  return [{ object: 'server', field: 'version', required: oldestServer, found }];
}

/** Compares the numbers of two versions; what follows a hyphen is left out. */
export function isAtLeastVersion(found: string, required: string): boolean {
  const [foundNumbers, requiredNumbers] = [numbersOf(found), numbersOf(required)];
  for (const [index, number] of requiredNumbers.entries()) {
    const difference = (foundNumbers[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function numbersOf(version: string): readonly number[] {
  return (version.split('-')[0] ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0);
}

async function find(bus: Bus, infoCall: string): Promise<WireConfig | undefined> {
  try {
    const { config } = await bus.api<InfoAnswer>(infoCall);
    return config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === 404) return undefined;
    throw error;
  }
}

/** Left-out settings are false, 0 or empty. */
function isSame(config: WireConfig, found: WireConfig): boolean {
  return Object.entries(config).every(([field, value]) => {
    const other = found[field] ?? (Array.isArray(value) ? [] : typeof value === 'string' ? '' : 0);
    if (typeof value === 'boolean') return value === Boolean(other);
    return JSON.stringify(value) === JSON.stringify(other);
  });
}

/** Subjects of the stream under which messages wait; for streams of few subjects. */
export async function listSubjects(bus: Bus, stream: string): Promise<readonly string[]> {
  const { state } = await bus.api<{ state: { subjects?: Readonly<Record<string, number>> } }>(
    `STREAM.INFO.${stream}`,
    { subjects_filter: '>' },
  );
  return Object.keys(state.subjects ?? {});
}
