// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** A span that others may refer to: by being its child, or by a link. Lowercase hex digits, 32 and 16. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
}

/** What a caller says of its trace. */
export interface CallerTrace extends SpanReference {
  readonly isSampled: boolean;
}

// Version ff is forbidden; later versions may add fields behind, version 00 may not.
const form = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads the W3C header `traceparent`; what breaks its rules is as if it were not there. */
export function parseTraceparent(header: string | undefined): CallerTrace | undefined {
  if (header === undefined || header.length > 512) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = form.exec(header) ?? [];
  if (version === undefined || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The header that makes the next one a child of this span, which is kept. */
export function formatTraceparent({ traceId, spanId }: SpanReference): string {
  return `00-${traceId}-${spanId}-01`;
}
