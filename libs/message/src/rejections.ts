// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The one table of rejections: what a refusal is called, and what each of the worlds around the gateway
 * is told. HTTP, SMPP and receipts read it, so they can never disagree.
 *
 * httpStatus: RFC 9110; smppStatus: command_status of SMPP 3.4, 5.1.3 and 5.0, 4.7.6; stat: message state
 * of the receipt (SMPP 3.4, appendix B) when the message had been accepted already.
 */
export const rejections = {
  malformed_json: refuse('The body is not JSON', 400, 0x08),
  invalid_request: refuse('The request is not valid', 422, 0x45),
  unknown_field: refuse('There is no such field', 422, 0x45),
  invalid_type: refuse('The value has the wrong type', 422, 0x45),
  invalid_value: refuse('The value is not allowed here', 422, 0x45),
  required: refuse('The field is required', 422, 0x45),
  recipient_invalid: refuse('The recipient is not a possible number', 422, 0x0b),
  sender_invalid: refuse(
    'The sender is neither a number, a short code nor up to 11 letters',
    422,
    0x0a,
  ),
  sender_not_allowed: refuse('The account may not send as this sender', 403, 0x0a),
  sender_required: refuse('The account has no default sender: name one', 422, 0x0a),
  text_required: refuse('The text is empty', 422, 0x01),
  text_not_encodable: refuse('The encoding asked for cannot carry the text', 422, 0x45),
  text_malformed: refuse('The text is not well-formed Unicode', 422, 0x45),
  too_many_segments: refuse('The message has more parts than allowed', 422, 0x01),
  schedule_invalid: refuse('The time to send at is not usable', 422, 0x61),
  validity_invalid: refuse('The validity period is not usable', 422, 0x62),
  webhook_not_configured: refuse(
    'The account has no webhook whose secret could sign what goes to a URL of its own',
    422,
    0x45,
  ),
  // What only SMPP can ask for in a wrong way
  source_ton_invalid: refuse('The sender has no such type of number', 422, 0x48),
  source_npi_invalid: refuse('The sender has no such numbering plan', 422, 0x49),
  destination_ton_invalid: refuse('The recipient has no such type of number', 422, 0x50),
  destination_npi_invalid: refuse('The recipient has no such numbering plan', 422, 0x51),
  esm_class_invalid: refuse('This mode or type of message is not served here', 422, 0x43),
  priority_invalid: refuse('There is no such priority', 422, 0x06),
  replace_flag_invalid: refuse('The flag to replace is neither 0 nor 1', 422, 0x54),
  default_message_unknown: refuse('There are no predefined messages here', 422, 0x63),
  destinations_invalid: refuse('The number of destinations is not usable', 422, 0x33),
  distribution_list_unknown: refuse('There are no distribution lists here', 422, 0x34),
  content_ambiguous: refuse('The message has a text and a payload', 422, 0x01),
  content_missing: refuse('The message has no payload', 422, 0xc3),
  header_invalid: refuse('The user data header does not fit the message', 422, 0x01),
  cancel_unsupported: refuse('The message cannot be canceled', 409, 0x11),
  replace_unsupported: refuse('The message cannot be replaced', 409, 0x13),
  query_failed: refuse('The question cannot be answered now', 503, 0x67),
  unauthorized: refuse('The key is missing or unknown', 401, 0x0d),
  forbidden: refuse('The account may not do this', 403, 0x45),
  not_found: refuse('There is no such thing here', 404, 0x0c),
  method_not_allowed: refuse('This method is not served here', 405, 0x03),
  payload_too_large: refuse('The body is larger than allowed', 413, 0x01),
  unsupported_media_type: refuse('Only application/json is read here, not encoded', 415, 0x45),
  rate_limited: retry('The account sends faster than agreed', 429, 0x58),
  queue_full: retry('The queue is full', 429, 0x14),
  overloaded: retry('The gateway holds as much unfinished work as it may', 429, 0x14),
  unavailable: retry('The gateway cannot take this now', 503, 0x08),
  internal: refuse('The gateway failed', 500, 0x08),
  no_route: conclude('No route leads to this number', 'UNDELIV', 0x45),
  no_target_left: conclude('Every connector of the route declined', 'UNDELIV', 0x45),
  attempts_exhausted: conclude('All attempts are used up', 'UNDELIV', 0x45),
  nacked: conclude('The carrier did not understand the request', 'UNDELIV', 0x45),
  message_expired: conclude('The validity period ended first', 'EXPIRED', 0x45),
  carrier_rejected: conclude('The carrier refused the message', 'REJECTD', 0x45),
  undeliverable: conclude('The carrier could not deliver the message', 'UNDELIV', 0x45),
  connector_unfit: conclude('No connector of the route can carry this message', 'UNDELIV', 0x45),
  outcome_unknown: conclude(
    'The carrier never answered whether it took the message',
    'UNKNOWN',
    0x45,
  ),
} as const satisfies Readonly<Record<string, Rejection>>;

/** What is known of one kind of refusal. */
export interface Rejection {
  readonly title: string;
  readonly httpStatus: number;
  readonly smppStatus: number;
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;
  readonly stat: 'UNDELIV' | 'REJECTD' | 'EXPIRED' | 'UNKNOWN';
}

/** A code of the table: what clients switch on. */
export type RejectionCode = keyof typeof rejections;

/** Whether a code that came over the wire is one of the table. */
export function isRejectionCode(code: string): code is RejectionCode {
  return Object.hasOwn(rejections, code);
}

function refuse(title: string, httpStatus: number, smppStatus: number): Rejection {
  return { title, httpStatus, smppStatus, isRetryable: false, stat: 'REJECTD' };
}

function retry(title: string, httpStatus: number, smppStatus: number): Rejection {
  return { title, httpStatus, smppStatus, isRetryable: true, stat: 'REJECTD' };
}

function conclude(title: string, stat: Rejection['stat'], smppStatus: number): Rejection {
  return { title, httpStatus: 422, smppStatus, isRetryable: false, stat };
}
