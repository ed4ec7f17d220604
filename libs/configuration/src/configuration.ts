// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { parseSender, type Address } from '@sendium/message';
import { compileRoutes, type RouteTable } from '@sendium/routing';
import type { AccountDocument } from './account-schema.ts';
import type { ConnectorDocument } from './connector-schema.ts';
import type { ConfigurationDocument } from './document-schema.ts';
import type { SecretReference } from './fields.ts';

/** An application that sends and receives through the gateway. */
export interface Account {
  readonly name: string;
  readonly keys: readonly { readonly name: string; readonly hash: SecretReference }[];
  readonly smpp?: {
    readonly systemId: string;
    readonly password: SecretReference;
    readonly maxBinds: number;
    readonly windowSize: number;
    readonly networks?: readonly string[];
  };
  /** 0 is no limit. */
  readonly ratePerSecond: number;
  readonly defaultSender?: Address;
  readonly maxSegments: number;
  readonly validityMs: number;
}

export type IdFormat = 'auto' | 'string' | 'hex' | 'decimal';

/** The links to one carrier under one contract. Durations are milliseconds. */
export interface Connector {
  readonly name: string;
  readonly group: string;
  readonly host: string;
  readonly port: number;
  readonly systemId: string;
  readonly password: SecretReference;
  readonly systemType: string;
  readonly mode: 'transceiver' | 'separate';
  readonly binds: number;
  readonly windowSize: number;
  /** Over all binds; 0 is no limit. */
  readonly ratePerSecond: number;
  readonly timers: ConnectorTimers;
  readonly longMessage: 'udh8' | 'udh16' | 'sar' | 'payload';
  readonly defaultAlphabet: 'gsm7' | 'gsm7_packed' | 'latin1' | 'ascii' | 'utf8';
  readonly onUnknownOutcome: 'resend' | 'park';
  readonly idFormat: { readonly response: IdFormat; readonly receipt: IdFormat };
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

/** The whole document, ready to work by. */
export interface Configuration {
  /** The revision it was stored under; 0 for one that was not stored. */
  readonly version: number;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly routes: RouteTable;
  /** Every group that a connector belongs to. */
  readonly groups: readonly string[];
}

/** Turns a document that has passed every check into what services work by. */
export function toConfiguration(document: ConfigurationDocument, version: number): Configuration {
  const connectors = Object.entries(document.connectors).map(([name, raw]) =>
    toConnector(name, raw),
  );
  return {
    version,
    accounts: new Map(
      Object.entries(document.accounts).map(([name, raw]) => [name, toAccount(name, raw)]),
    ),
    connectors: new Map(connectors.map((connector) => [connector.name, connector])),
    routes: compileRoutes(
      document.routes.map(({ name, match, send_to: sendTo }) => ({
        name,
        match: {
          ...(match.account === undefined ? {} : { accounts: match.account }),
          ...(match.to === undefined ? {} : { prefixes: match.to.prefix }),
        },
        sendTo,
      })),
    ),
    groups: [...new Set(connectors.map(({ group }) => group))],
  };
}

function toAccount(name: string, raw: AccountDocument): Account {
  const defaultSender =
    raw.default_sender === undefined ? undefined : parseSender(raw.default_sender);
  return {
    name,
    keys: raw.rest?.keys ?? [],
    ...(raw.smpp === undefined ? {} : { smpp: toAccountSmpp(raw.smpp) }),
    ratePerSecond: raw.tps,
    ...(defaultSender === undefined ? {} : { defaultSender }),
    maxSegments: raw.max_segments,
    validityMs: raw.validity,
  };
}

function toAccountSmpp(raw: NonNullable<AccountDocument['smpp']>): NonNullable<Account['smpp']> {
  return {
    systemId: raw.system_id,
    password: raw.password,
    maxBinds: raw.binds,
    windowSize: raw.window,
    ...(raw.networks === undefined ? {} : { networks: raw.networks }),
  };
}

function toConnector(name: string, raw: ConnectorDocument): Connector {
  return {
    name,
    group: raw.group ?? name,
    host: raw.host,
    port: raw.port,
    systemId: raw.system_id,
    password: raw.password,
    systemType: raw.system_type,
    mode: raw.mode,
    binds: raw.binds,
    windowSize: raw.window,
    ratePerSecond: raw.tps,
    timers: toTimers(raw.timers),
    longMessage: raw.long_message,
    defaultAlphabet: raw.default_alphabet,
    onUnknownOutcome: raw.on_unknown_outcome,
    idFormat: raw.id_format,
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
