// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Names of spans and their attributes, as far as Sendium chooses them itself; the rest follows
 * OpenTelemetry's semantic conventions for messaging and RPC. Never an attribute: a number, a text,
 * a header, a credential, the query of a webhook's URL.
 */
export const attributes = {
  messageId: 'sms.message.id',
  batchId: 'sms.batch.id',
  direction: 'sms.direction',
  encoding: 'sms.encoding',
  segmentCount: 'sms.segment.count',
  destinationCountry: 'sms.destination.country',
  senderType: 'sms.sender.type',
  connector: 'sms.connector.id',
  route: 'sms.route.id',
  account: 'sms.account.id',
  status: 'sms.status',
  errorCode: 'sms.error.code',
  attempt: 'sms.attempt',
  smppCommand: 'smpp.command',
  smppCommandStatus: 'smpp.command_status',
  smppBind: 'smpp.bind.id',
} as const;

/** What happens to a message on its way, each a span of its trace. */
export const spans = {
  accept: 'accept',
  route: 'route',
  submit: 'submit_sm',
  receipt: 'receipt',
  notify: 'notify',
} as const;
