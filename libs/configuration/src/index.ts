// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export { allowsSender, inboundSourceOf } from './configuration.ts';
export type { Account, AccountReceipts, AccountSmpp, Configuration } from './configuration.ts';
export type { Carrier, InboundSource, ReceiptDetection } from './carrier-schema.ts';
export type {
  Addressing,
  AddressType,
  CarrierHost,
  Connector,
  ConnectorTimers,
  ConnectorTls,
  IdFormat,
  StatusReaction,
  SubmitDefaults,
} from './connector.ts';
export { tellsOwnUrl, wantsReceived, wantsStatus } from './webhook-events.ts';
export { isWebhookSecret, webhookEvents, type WebhookEndpoint } from './webhook-schema.ts';
export { documentSchema, type ConfigurationDocument } from './document-schema.ts';
export type { SecretReference } from './fields.ts';
export { parseConfiguration, type ParsedConfiguration } from './parse-configuration.ts';
export { describeProblems, type ConfigurationProblem } from './problem.ts';
export { resolveSecret, type ResolvedSecret, type SecretSource } from './resolve-secret.ts';
