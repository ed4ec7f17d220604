// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export {
  bindSlotKey,
  bucketDefinitions,
  buckets,
  configurationKey,
  connectorMemberKey,
  endpointKey,
  inboundSeenKey,
  leaseTtlMs,
  linkOrderKey,
  resentWithinMs,
  type BucketDefinition,
} from './buckets.ts';
export type { Channel } from './channel.ts';
export {
  connectorConsumers,
  deliverConsumer,
  dueDeliverConsumer,
  routerConsumers,
  routerDuePartConsumer,
  routerInboundConsumer,
  trackerConsumer,
  type ConsumerDefinition,
} from './consumers.ts';
export { deadLetterChannel, decodeDeadLetter, encodeDeadLetter } from './dead-letter-wire.ts';
export {
  decodeDeliverBatch,
  deliverChannel,
  dueDeliverChannel,
  encodeDeliverBatch,
} from './deliver-wire.ts';
export { decodeEndpointState, encodeEndpointState, type EndpointState } from './endpoint-state.ts';
export { decodeEventBatch, eventChannel, producerOf, type DecodedEvents } from './event-wire.ts';
export {
  receiptStates,
  type Concluded,
  type GatewayEvent,
  type InboundReceived,
  type Intent,
  type Notified,
  type Outcome,
  type OutcomeResult,
  type ReceiptReceived,
  type ReceiptState,
  type Routed,
  type Scheduled,
} from './events.ts';
export { inboundContentOf } from './inbound-content.ts';
export { decodeInboundBatch, encodeInboundBatch, inboundChannel } from './inbound-wire.ts';
export type {
  AttemptRecord,
  AttemptVerdict,
  DeadLetter,
  DispatchItem,
  InboundMessage,
  ReceivedMessage,
  SubmitItem,
} from './items.ts';
export {
  encodingFromWire,
  encodingToWire,
  messageFromWire,
  messageSize,
  messageToWire,
} from './message-wire.ts';
export {
  inboundMessageResource,
  messageResource,
  smppStatusText,
  type InboundMessageResource,
  type KnownOfMessage,
  type MessageResource,
} from './message-resource.ts';
export {
  LinkServiceClient,
  LinkServiceService,
  type ConnectorLinks,
  type ListLinksResponse,
} from './gen/sendium/v1/link_service.ts';
export {
  InboundMessageServiceClient,
  InboundMessageServiceService,
  type GetInboundMessageRequest,
  type GetInboundMessageResponse,
  type ListInboundMessagesRequest,
  type ListInboundMessagesResponse,
} from './gen/sendium/v1/inbound_message_service.ts';
export {
  MessageServiceClient,
  MessageServiceService,
  type FindMessagesRequest,
  type FindMessagesResponse,
  type GetMessageRequest,
  type GetMessageResponse,
  type ListMessageEventsRequest,
  type ListMessageEventsResponse,
  type MessageError,
  type MessageRecord,
  type MessageServiceServer,
  type TimelineEvent,
} from './gen/sendium/v1/message_service.ts';
export {
  readFromCarrier,
  type CarrierPdu,
  type CarrierReading,
  type FromCarrier,
} from './read-from-carrier.ts';
export {
  decodeReceived,
  encodeReceived,
  receivedFromWire,
  receivedToWire,
} from './received-wire.ts';
export {
  deliverIdOf,
  reportIdOf,
  type DeliverItem,
  type DeliverKind,
  type EndpointTest,
  type InboundPart,
  type Offered,
  type Received,
  type Report,
  type ReportError,
} from './reports.ts';
export {
  RoutingServiceClient,
  RoutingServiceService,
  type ExplainRouteRequest,
  type ExplainRouteResponse,
} from './gen/sendium/v1/routing_service.ts';
export { splitBatch } from './split-batch.ts';
export {
  defaultTopology,
  streamDefinitions,
  streams,
  type StreamDefinition,
  type TopologyOptions,
} from './streams.ts';
export { eventKinds, laneOfSubject, subjects, type EventKind } from './subjects.ts';
export {
  decodeDispatchBatch,
  decodeSubmitBatch,
  dispatchChannel,
  dueSubmitChannel,
  encodeDispatchBatch,
  encodeSubmitBatch,
  submitChannel,
} from './submit-wire.ts';
export { gatewayTopology, requiredTopology, type GatewayTopology } from './topology.ts';
export { WireError } from './wire-error.ts';
