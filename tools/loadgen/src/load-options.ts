// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { NamedProcess } from './process-meter.ts';

/** What load to put on a gateway. */
export interface LoadOptions {
  /** Base URL of the REST API; http only. */
  readonly url: string;
  readonly key: string;
  /** Keep-alive connections, each with one request in flight. Default 32. */
  readonly connections?: number;
  /** No new requests after this long. Default 10. */
  readonly seconds?: number;
  /** No more messages than this. */
  readonly messages?: number;
  /**
   * Messages per second whatever the answers take (open loop); latency then counts from when a
   * request was meant to be sent. Without it each connection sends as soon as it was answered.
   */
  readonly ratePerSecond?: number;
  /** Messages per request to /v1/messages/batch; 0 (default) sends one each to /v1/messages. */
  readonly batch?: number;
  readonly from?: string;
  /** Sends GET of this path, with no key, in place of messages: for other gateways' APIs. */
  readonly getPath?: string;
  readonly text?: string;
  /** Puts a token of its own in front of each text; always so with a ledger. */
  readonly hasTokens?: boolean;
  /** File to which the fate of each message is appended. */
  readonly ledger?: string;
  /** Sends a request answered by 429 or 503 again, after Retry-After but at most 1 s. */
  readonly mayRetry?: boolean;
  /** A request without an answer is given up after this long. Default 30,000. */
  readonly timeoutMs?: number;
  /** Processes to measure; this one is always measured as `loadgen`. */
  readonly processes?: readonly NamedProcess[];
  /** Ends the load early; requests in flight are waited for. */
  readonly signal?: AbortSignal;
}
