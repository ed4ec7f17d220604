// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Names of spans and their attributes. Sendium's own begin with `sms.` and `smpp.`; the others are those
 * of OpenTelemetry's semantic conventions for messaging, RPC and HTTP. Nothing that is not here leaves the
 * process: never an attribute is a number, a text, a header, a credential, the path or query of a webhook.
 */
export const attributes = {
  messageId: 'sms.message.id',
  batchId: 'sms.batch.id',
  direction: 'sms.direction',
  encoding: 'sms.encoding',
  segmentCount: 'sms.segment.count',
  part: 'sms.segment.number',
  lane: 'sms.lane',
  connector: 'sms.connector.id',
  route: 'sms.route.id',
  account: 'sms.account.id',
  status: 'sms.status',
  errorCode: 'sms.error.code',
  attempt: 'sms.attempt',
  result: 'sms.result',
  way: 'sms.notify.way',
  endpoint: 'sms.notify.endpoint',
  tries: 'sms.notify.tries',
  smppCommand: 'smpp.command',
  smppCommandStatus: 'smpp.command_status',
  smppReceiptError: 'smpp.receipt.error',

  errorType: 'error.type',
  messagingSystem: 'messaging.system',
  messagingOperationName: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  messagingDestination: 'messaging.destination.name',
  messagingDestinationTemplate: 'messaging.destination.template',
  messagingMessageId: 'messaging.message.id',
  messagingConsumerGroup: 'messaging.consumer.group.name',
  rpcSystem: 'rpc.system.name',
  rpcMethod: 'rpc.method',
  rpcStatus: 'rpc.response.status_code',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  serverAddress: 'server.address',
  serverPort: 'server.port',
} as const;

/** What happens to a message on its way, each a span of its trace. */
export const spans = {
  accept: 'accept',
  receive: 'receive',
  route: 'route',
  submit: 'submit_sm',
  receipt: 'receipt',
  notify: 'notify',
} as const;
