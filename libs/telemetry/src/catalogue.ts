// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Every metric that Sendium has: its name, what it tells, its labels. Nothing is counted under a
 * name that is not here, so dashboards and alerts can rely on this page.
 *
 * Names: prefix `sendium_`, base units (seconds), `_total` on counters. Labels are bounded by the
 * configuration or by a closed vocabulary: never an id, a number or a text; an account only where the
 * operator has asked for that.
 */

/** A metric's kind, help text and label names; `buckets` are upper bounds. */
export interface MetricSpec {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const counter = <const L extends readonly string[]>(help: string, labels: L) =>
  ({ kind: 'counter', help, labels }) as const;

const gauge = <const L extends readonly string[]>(help: string, labels: L) =>
  ({ kind: 'gauge', help, labels }) as const;

const histogram = <const L extends readonly string[]>(
  help: string,
  labels: L,
  buckets: readonly number[],
) => ({ kind: 'histogram', help, labels, buckets }) as const;

/** From a fast local answer to a time-out, in seconds. */
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a receipt that comes at once to one that comes days later, in seconds. */
const deliveryBuckets = [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 259_200];
const batchBuckets = [1, 2, 4, 8, 16, 32, 64];

export const catalogue = {
  // Ingress
  sendium_messages_accepted_total: counter('Messages that were accepted, durably.', [
    'ingress',
    'encoding',
  ]),
  sendium_messages_rejected_total: counter('Messages that were refused, by the code told.', [
    'ingress',
    'code',
  ]),
  sendium_http_request_duration_seconds: histogram(
    'From the headers of a request to the last byte of its answer.',
    ['route', 'method', 'status_class'],
    requestBuckets,
  ),
  sendium_http_connections: gauge('Open connections of the HTTP server.', ['server']),

  // Router
  sendium_messages_routed_total: counter('Decisions of the router, by what came of them.', [
    'result',
  ]),
  sendium_message_segments_total: counter(
    'Segments of messages routed to the connector, as counted at acceptance.',
    ['connector'],
  ),

  // Connector
  sendium_submit_total: counter(
    'Answers to submit_sm: ok, throttled, transient, permanent or timeout.',
    ['connector', 'result'],
  ),
  sendium_submit_duration_seconds: histogram(
    'From submit_sm to its answer.',
    ['connector'],
    requestBuckets,
  ),
  sendium_submit_unknown_outcome_total: counter(
    'Segments that were sent and whose answer was never seen: each may be a duplicate.',
    ['connector'],
  ),
  sendium_smpp_binds: gauge('Binds by state.', ['role', 'connector', 'state']),
  sendium_smpp_bind_slots: gauge(
    'Bind slots that this process holds: open, waiting for the end of the one before, or closing.',
    ['connector', 'state'],
  ),
  sendium_submit_rate_limit: gauge(
    'submit_sm a second that this process may send by the slots it holds; 0 is no limit.',
    ['connector'],
  ),
  sendium_link_paused: gauge('1 while operators have paused the connector.', ['connector']),
  sendium_smpp_window_in_flight: gauge('Requests that await their answer.', ['connector']),
  sendium_smpp_window_size: gauge('Requests that may await their answer.', ['connector']),
  sendium_smpp_pdus_total: counter('PDUs by command and direction (in, out).', [
    'role',
    'command',
    'direction',
  ]),
  sendium_smpp_malformed_total: counter('PDUs that could not be read.', ['reason']),
  sendium_smpp_bind_failures_total: counter('Binds that were refused or not answered.', ['reason']),

  // What carriers send
  sendium_inbound_pdus_total: counter(
    'What carriers sent: a receipt or a message; taken, or refused for now because it could not be stored.',
    ['connector', 'kind', 'result'],
  ),
  sendium_inbound_messages_total: counter(
    'Parts of SMS from mobiles, by what the router made of them: routed, unmatched, kept for the other parts, or a duplicate that the carrier sent again; and messages that went on incomplete.',
    ['connector', 'result'],
  ),

  // Tracker
  sendium_delivery_reports_total: counter('Receipts by their status.', ['connector', 'status']),
  sendium_delivery_report_unmatched_total: counter('Receipts that found no message.', [
    'connector',
    'reason',
  ]),
  sendium_delivery_latency_seconds: histogram(
    'From the acceptance of a message to its final receipt.',
    ['connector'],
    deliveryBuckets,
  ),
  sendium_messages_final_total: counter('Messages that came to a final state.', ['status']),
  sendium_reports_total: counter(
    'Reports to applications, and SMS from mobiles as status received: queued or dead; delivered, put_off, refused, dropped or given_back.',
    ['way', 'status', 'result'],
  ),

  // Queues
  sendium_queue_messages: gauge(
    'Stream messages, each a batch, that nobody has been handed; of all accounts together.',
    ['stream', 'consumer'],
  ),
  sendium_queue_oldest_age_seconds: gauge(
    'Age of the oldest stream message that is not acknowledged; 0 where there is none.',
    ['stream', 'consumer'],
  ),
  sendium_stream_messages: gauge('Stream messages in the stream.', ['stream']),
  sendium_stream_bytes: gauge('Octets in the stream.', ['stream']),
  sendium_stream_limit_bytes: gauge('Octets that the stream may hold, where it has a limit.', [
    'stream',
  ]),
  sendium_store_used_bytes: gauge('Octets that JetStream keeps.', []),
  sendium_store_limit_bytes: gauge('Octets that JetStream may keep; 0 while not known.', []),
  sendium_queue_ack_pending: gauge('Stream messages delivered and not yet acked.', [
    'stream',
    'consumer',
  ]),
  sendium_queue_redelivered_total: counter('Stream messages that came again.', [
    'stream',
    'consumer',
  ]),
  sendium_dead_letters_total: counter('Items that went to DEAD, by where they come from.', [
    'origin',
  ]),
  sendium_dlq_messages: gauge('Dead letters that lie in DEAD.', []),
  sendium_publish_batch_items: histogram('Items in one published batch.', ['stream'], batchBuckets),
  sendium_publish_pending_items: gauge('Items taken and not yet durable.', []),

  // Notifier
  sendium_webhook_attempts_total: counter(
    'Calls of webhooks: taken, throttled, gone, client_error, server_error, redirect, timeout, unreachable, refused, unsigned or aborted.',
    ['result'],
  ),
  sendium_webhook_duration_seconds: histogram('Duration of a webhook call.', [], requestBuckets),
  sendium_webhook_deferred_total: counter(
    'Events sent away without a call, to come again: full, resting, or behind an earlier one.',
    ['reason'],
  ),
  sendium_webhook_waiting: gauge('Events in memory that wait for a call.', []),
  sendium_webhook_in_flight: gauge('Calls that await their answer.', []),
  sendium_webhook_endpoints_resting: gauge('Endpoints that failed and are given a pause.', []),
  sendium_webhook_endpoints_disabled: gauge('Endpoints that are switched off.', []),

  // Only with SENDIUM_ACCOUNT_METRICS
  sendium_account_messages_total: counter(
    'Messages by account and status: accepted, and how they ended. With SENDIUM_ACCOUNT_METRICS only.',
    ['account', 'status'],
  ),
  sendium_account_reports_total: counter(
    'Reports to applications by account, way and result. With SENDIUM_ACCOUNT_METRICS only.',
    ['account', 'way', 'result'],
  ),

  // Every service
  sendium_trace_spans_total: counter(
    'Spans by what became of them: recorded, then exported or failed; the rest found no room.',
    ['result'],
  ),
  sendium_configuration_version: gauge('Version of the configuration document in force.', []),
  sendium_build_info: gauge('Always 1; what runs here stands in the labels.', [
    'version',
    'commit',
  ]),
} as const satisfies Readonly<Record<string, MetricSpec>>;

/** The catalogue's type. */
export type Catalogue = typeof catalogue;
