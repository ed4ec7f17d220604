// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * How calls show up in traces (W3C Trace Context in the metadata `traceparent`). Whoever traces gives one
 * of these; a call without a trace to belong to costs a look.
 */
export interface CallTracing {
  /** A call begins within the trace that the header names; undefined when it is not traced. */
  call(kind: 'client' | 'server', method: string, traceparent?: string): CallSpan | undefined;
}

/** A call under way. */
export interface CallSpan {
  /** For the other side. */
  readonly traceparent: string;
  /** The call is over; with gRPC's word for its status where that is not OK. */
  end(error?: string): void;
}

/** The key of the metadata. */
export const traceparentKey = 'traceparent';

/** `sendium.v1.MessageService/GetMessage`, without the slash that a path begins with. */
export function methodName(path: string): string {
  return path.slice(1);
}
