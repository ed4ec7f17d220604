// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export { displayAddress, npi, parseRecipient, parseSender, ton, type Address } from './address.ts';
export { lanes, type Lane } from './lane.ts';
export {
  createMessageId,
  messageIdRandomBytes,
  messageIdTimeMs,
  parseMessageId,
  type MessageId,
} from './message-id.ts';
export { MessageIds } from './message-ids.ts';
export { clientAlphabets, encodings, requestedEncodings } from './message.ts';
export type {
  ClientAlphabet,
  DeliveryReport,
  Encoding,
  ClientPart,
  Message,
  NationalLanguage,
  MessageBody,
  RequestedEncoding,
  SmppFields,
  SmppTlv,
} from './message.ts';
export { gatewayGroup, isName } from './name.ts';
export { isRejectionCode, rejections, type Rejection, type RejectionCode } from './rejections.ts';
export { isFinal, messageStatuses, rankOf, type MessageStatus } from './status.ts';
