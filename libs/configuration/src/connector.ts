// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundSource } from './carrier-schema.ts';
import type { ConnectorDocument } from './connector-schema.ts';
import type { SecretReference } from './fields.ts';

export type IdFormat = 'auto' | 'string' | 'hex' | 'decimal';

/** One place where a carrier listens. */
export interface CarrierHost {
  readonly host: string;
  readonly port: number;
}

/** How a carrier's TLS is spoken; what is left out is the system's. */
export interface ConnectorTls {
  readonly serverName?: string;
  readonly ca?: SecretReference;
  readonly cert?: SecretReference;
  readonly key?: SecretReference;
}

/** Type of number and numbering plan. */
export interface AddressType {
  readonly ton: number;
  readonly npi: number;
}

/** How addresses are told to a carrier; what is left out goes out as it came. */
export interface Addressing {
  readonly source: {
    readonly international?: AddressType & { readonly plus: boolean };
    readonly short?: AddressType;
    readonly alphanumeric?: AddressType;
  };
  readonly destination: {
    readonly international?: AddressType & { readonly plus: boolean };
    readonly other?: AddressType;
  };
}

/** What to do upon a command_status; without delays the connector's own count. */
export type StatusReaction =
  | { readonly kind: 'reject' | 'next_target' | 'throttle' | 'rebind' }
  | { readonly kind: 'retry'; readonly delaysMs?: readonly number[]; readonly attempts?: number };

/** What every submit_sm says, where its message says nothing else. */
export interface SubmitDefaults {
  readonly addressing: Addressing;
  readonly serviceType: string;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priorityFlag: number;
  readonly validity: 'relative' | 'absolute' | 'none';
  readonly validityMaxMs: number;
  /** One octet for every message, or as each asks. */
  readonly registeredDelivery: number | 'asked';
  readonly tlvs: readonly { readonly tag: number; readonly value: Uint8Array }[];
}

/** The links to one carrier under one contract. Durations are milliseconds. */
export interface Connector extends InboundSource {
  /** At least one. */
  readonly hosts: readonly CarrierHost[];
  readonly hostOrder: 'standby' | 'round_robin';
  readonly tls?: ConnectorTls;
  /** As the bind says (SMPP 3.4, 5.2.4). */
  readonly interfaceVersion: number;
  /** Whether the carrier takes TLVs. */
  readonly hasTlvs: boolean;
  readonly systemId: string;
  readonly password: SecretReference;
  readonly systemType: string;
  readonly bindAddress: AddressType & { readonly range: string };
  readonly mode: 'transceiver' | 'separate';
  readonly binds: number;
  readonly windowSize: number;
  /** Over all binds; 0 is no limit. */
  readonly ratePerSecond: number;
  readonly timers: ConnectorTimers;
  readonly longMessage: 'udh8' | 'udh16' | 'sar' | 'payload';
  readonly onUnknownOutcome: 'resend' | 'park';
  readonly idFormat: { readonly response: IdFormat; readonly receipt: IdFormat };
  readonly statusPolicy: ReadonlyMap<number, StatusReaction>;
  readonly retryDelaysMs: readonly number[];
  readonly submit: SubmitDefaults;
}

export interface ConnectorTimers {
  readonly bindMs: number;
  readonly responseMs: number;
  readonly enquireLinkMs: number;
  readonly bindReleaseMs: number;
  readonly reconnectMs: number;
  readonly reconnectMaxMs: number;
  readonly refusedMs: number;
  readonly refusedMaxMs: number;
  readonly throttleMs: number;
  readonly throttleMaxMs: number;
}

const interfaceVersions = { '3.3': 0x33, '3.4': 0x34, '5.0': 0x50 } as const;

/** Turns what a document says of a connector into what it works by. */
export function toConnector(name: string, raw: ConnectorDocument): Connector {
  const { host, port } = raw;
  return {
    name,
    group: raw.group ?? name,
    hosts: raw.hosts ?? (host === undefined || port === undefined ? [] : [{ host, port }]),
    hostOrder: raw.host_order,
    ...(raw.tls === undefined ? {} : { tls: toTls(raw.tls) }),
    interfaceVersion: interfaceVersions[raw.interface_version],
    hasTlvs: raw.tlvs && raw.interface_version !== '3.3',
    systemId: raw.system_id,
    password: raw.password,
    systemType: raw.system_type,
    bindAddress: raw.bind_address,
    mode: raw.mode,
    binds: raw.binds,
    windowSize: raw.window,
    ratePerSecond: raw.tps,
    timers: toTimers(raw.timers),
    longMessage: raw.long_message,
    defaultAlphabet: raw.default_alphabet,
    receiptDetection: raw.receipt_detection,
    ucs2ByteOrder: raw.ucs2_byte_order,
    onUnknownOutcome: raw.on_unknown_outcome,
    idFormat: raw.id_format,
    statusPolicy: new Map(
      [...raw.status_policy].map(([status, reaction]) => [status, toReaction(reaction)]),
    ),
    retryDelaysMs: raw.retry_delays,
    submit: toSubmitDefaults(raw),
  };
}

function toTls(raw: NonNullable<ConnectorDocument['tls']>): ConnectorTls {
  return {
    ...(raw.server_name === undefined ? {} : { serverName: raw.server_name }),
    ...(raw.ca === undefined ? {} : { ca: raw.ca }),
    ...(raw.cert === undefined ? {} : { cert: raw.cert }),
    ...(raw.key === undefined ? {} : { key: raw.key }),
  };
}

type RawReaction = ConnectorDocument['status_policy'] extends Map<number, infer R> ? R : never;

function toReaction(raw: RawReaction): StatusReaction {
  if (typeof raw === 'string') return { kind: raw };
  const { delays, attempts } = raw.retry;
  return {
    kind: 'retry',
    ...(delays === undefined ? {} : { delaysMs: delays }),
    ...(attempts === undefined ? {} : { attempts }),
  };
}

function toSubmitDefaults(raw: ConnectorDocument): SubmitDefaults {
  return {
    addressing: toAddressing(raw.addressing),
    serviceType: raw.service_type,
    esmClass: raw.esm_class,
    protocolId: raw.protocol_id,
    priorityFlag: raw.priority_flag,
    validity: raw.validity,
    validityMaxMs: raw.validity_max,
    registeredDelivery: raw.registered_delivery,
    tlvs: raw.submit_tlvs,
  };
}

function toAddressing({ source, destination }: ConnectorDocument['addressing']): Addressing {
  return {
    source: {
      ...(source.international === undefined ? {} : { international: source.international }),
      ...(source.short === undefined ? {} : { short: source.short }),
      ...(source.alphanumeric === undefined ? {} : { alphanumeric: source.alphanumeric }),
    },
    destination: {
      ...(destination.international === undefined
        ? {}
        : { international: destination.international }),
      ...(destination.other === undefined ? {} : { other: destination.other }),
    },
  };
}

function toTimers(raw: ConnectorDocument['timers']): ConnectorTimers {
  return {
    bindMs: raw.bind,
    responseMs: raw.response,
    enquireLinkMs: raw.enquire_link,
    bindReleaseMs: raw.bind_release,
    reconnectMs: raw.reconnect,
    reconnectMaxMs: raw.reconnect_max,
    refusedMs: raw.refused,
    refusedMaxMs: raw.refused_max,
    throttleMs: raw.throttle,
    throttleMaxMs: raw.throttle_max,
  };
}
