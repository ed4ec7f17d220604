// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { isReceipt, readReceipt } from './carrier-receipt.ts';
export type { CarrierReceipt, ReceiptDetection, ReceiptPdu } from './carrier-receipt.ts';
export { commandStatus, commandStatusName } from './command-status.ts';
export { congestionStateOf, rateShareFor } from './congestion-state.ts';
export type { Load } from './congestion-state.ts';
export { decodePdu } from './decode-pdu.ts';
export type { DecodedPdu, DecodeOptions, MalformedPdu } from './decode-pdu.ts';
export { encodePdu, encodePdus, lengthOfPdu, writePdu } from './encode-pdu.ts';
export { answerToMalformed } from './malformed-answer.ts';
export { toOpaqueTlvs } from './opaque-tlvs.ts';
export { isRequest, responseNameOf } from './pdu.ts';
export type {
  CommandName,
  Destination,
  Pdu,
  PduInput,
  PduOf,
  RequestName,
  ResponseName,
  UnsuccessfulDestination,
} from './pdu.ts';
export {
  knowsSmpp50,
  knowsTlvs,
  maxMessageIdLength,
  pduForVersion,
  statusForVersion,
} from './peer-version.ts';
export { PduEncodeError } from './pdu-encode-error.ts';
export { PduFramer } from './pdu-framer.ts';
export type { OpaqueTlv, TlvName, Tlvs } from './tlv-table.ts';
export { describeDataCoding, esmClass } from './data-coding.ts';
export type { DataCoding, DataCodingAlphabet } from './data-coding.ts';
export { messageStateName, parseReceiptText, stateOfStat } from './receipt-text.ts';
export type { MessageStateName, ReceiptText } from './receipt-text.ts';
export {
  addRelativeTime,
  formatAbsoluteTime,
  formatRelativeTime,
  parseLocalTime,
  parseSmppTime,
} from './smpp-time.ts';
export type { RelativeTime, SmppTime } from './smpp-time.ts';
