// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  parseSender,
  type Address,
  type ClientAlphabet,
  type Lane,
  type NationalLanguage,
} from '@sendium/message';
import {
  compileInboundRules,
  compileRoutes,
  type InboundRule,
  type InboundTable,
  type RouteTable,
} from '@sendium/routing';
import type { AccountDocument } from './account-schema.ts';
import { toCarrier, type Carrier, type InboundSource } from './carrier-schema.ts';
import { toConnector, type Connector } from './connector.ts';
import type { ConfigurationDocument } from './document-schema.ts';
import type { SecretReference } from './fields.ts';
import { toWebhookEndpoint, type WebhookEndpoint } from './webhook-schema.ts';

/** How an application speaks SMPP with us. */
export interface AccountSmpp {
  readonly systemId: string;
  readonly password: SecretReference;
  readonly bindTypes: readonly ('transmitter' | 'receiver' | 'transceiver')[];
  /** At the same time, over all processes. */
  readonly maxBinds: number;
  /** Unanswered requests per bind. */
  readonly windowSize: number;
  /** In CIDR form; everywhere when left out. */
  readonly networks?: readonly string[];
  /** What data_coding 0 means. */
  readonly defaultAlphabet: ClientAlphabet;
  /** Of messages with priority_flag 0 or 1. */
  readonly lane: Lane;
  /** What becomes of parts that the client cut itself. */
  readonly clientParts: 'pass' | 'join';
  /** Which ids it is given; binds of version 3.3 get `hex8` in any case. */
  readonly messageIds: 'full' | 'hex8' | 'decimal';
  readonly receipts: AccountReceipts;
}

/** How an application is given its receipts by SMPP. */
export interface AccountReceipts {
  /** Unanswered deliver_sm per bind. */
  readonly windowSize: number;
  /** For the answer to deliver_sm. */
  readonly responseMs: number;
  /** Of the dates in the text: minutes east of UTC. */
  readonly offsetMinutes: number;
  /** Whether the text repeats the first 20 characters of the message. */
  readonly hasText: boolean;
}

/** An application that sends and receives through the gateway. */
export interface Account {
  readonly name: string;
  readonly keys: readonly { readonly name: string; readonly hash: SecretReference }[];
  readonly smpp?: AccountSmpp;
  /** 0 is no limit. */
  readonly ratePerSecond: number;
  readonly defaultSender?: Address;
  /** What it may send as; anything when left out. */
  readonly senders?: readonly Address[];
  readonly maxSegments: number;
  readonly validityMs: number;
  /** Whose tables of GSM-7 its texts may use. */
  readonly languages: readonly NationalLanguage[];
  readonly webhooks: readonly WebhookEndpoint[];
}

/** The whole document, ready to work by. */
export interface Configuration {
  /** The revision it was stored under; 0 for one that was not stored. */
  readonly version: number;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly connectors: ReadonlyMap<string, Connector>;
  /** Carriers that bind to us. */
  readonly carriers: ReadonlyMap<string, Carrier>;
  readonly routes: RouteTable;
  readonly inbound: InboundTable;
  /** Private networks that webhooks may reach, in CIDR form. */
  readonly webhookNetworks: readonly string[];
  /** Every group that a connector or a carrier belongs to. */
  readonly groups: readonly string[];
}

/** Whether the account may send as this sender. */
export function allowsSender({ senders }: Pick<Account, 'senders'>, sender: Address): boolean {
  if (senders === undefined) return true;
  const value = sender.value.toLowerCase();
  return senders.some((allowed) => allowed.value.toLowerCase() === value);
}

/** Turns a document that has passed every check into what services work by. */
export function toConfiguration(document: ConfigurationDocument, version: number): Configuration {
  const connectors = Object.entries(document.connectors).map(([name, raw]) =>
    toConnector(name, raw),
  );
  const carriers = Object.entries(document.carriers).map(([name, raw]) => toCarrier(name, raw));
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
    carriers: new Map(carriers.map((carrier) => [carrier.name, carrier])),
    inbound: compileInboundRules(document.inbound.map((rule) => toInboundRule(rule, document))),
    webhookNetworks: document.webhooks.allow_networks,
    groups: [...new Set([...connectors, ...carriers].map(({ group }) => group))],
  };
}

function toInboundRule(
  { name, match, deliver_to: { account, by } }: ConfigurationDocument['inbound'][number],
  { accounts }: ConfigurationDocument,
): InboundRule {
  return {
    name,
    match: {
      ...(match.to === undefined ? {} : { to: match.to }),
      ...(match.connector === undefined ? {} : { connector: match.connector }),
    },
    account,
    ways: by ?? waysOf(accounts[account]),
  };
}

/** Every way that an account has to be told of an SMS. */
function waysOf(account: AccountDocument | undefined): InboundRule['ways'] {
  const takes = (events: readonly string[]): boolean =>
    events.includes('all') || events.includes('message.received');
  const hasWebhook = account?.webhooks.some(({ events }) => takes(events)) ?? false;
  return [
    ...(hasWebhook ? (['webhook'] as const) : []),
    ...(account?.smpp === undefined ? [] : (['smpp'] as const)),
  ];
}

/** Who gives us SMS from mobiles under this name: a connector, or a carrier that binds to us. */
export function inboundSourceOf(
  { connectors, carriers }: Pick<Configuration, 'connectors' | 'carriers'>,
  name: string,
): InboundSource | undefined {
  return connectors.get(name) ?? carriers.get(name);
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
    ...(raw.senders === undefined
      ? {}
      : { senders: raw.senders.flatMap((text) => parseSender(text) ?? []) }),
    maxSegments: raw.max_segments,
    validityMs: raw.validity,
    languages: raw.national_languages,
    webhooks: raw.webhooks.map(toWebhookEndpoint),
  };
}

function toAccountSmpp(raw: NonNullable<AccountDocument['smpp']>): AccountSmpp {
  return {
    systemId: raw.system_id,
    password: raw.password,
    bindTypes: raw.bind_types,
    maxBinds: raw.binds,
    windowSize: raw.window,
    ...(raw.networks === undefined ? {} : { networks: raw.networks }),
    defaultAlphabet: raw.default_alphabet,
    lane: raw.lane,
    clientParts: raw.client_parts,
    messageIds: raw.message_ids,
    receipts: {
      windowSize: raw.receipts.window,
      responseMs: raw.receipts.response,
      offsetMinutes: toMinutes(raw.receipts.time_zone),
      hasText: raw.receipts.text,
    },
  };
}

/** Of an offset such as +05:30. */
function toMinutes(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  return offset.startsWith('-') ? -minutes : minutes;
}
