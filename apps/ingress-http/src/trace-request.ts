// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { IncomingHttpHeaders } from 'node:http';
import { attributes, epochMsOf } from '@sendium/telemetry';
import type { Exchange } from './exchange.ts';

/** The header by which callers make the request a part of their own trace. */
export function traceparentOf(headers: IncomingHttpHeaders): string | undefined {
  // A header that is there twice is an array or joined by commas: neither is a traceparent.
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? traceparent : undefined;
}

/** Records the request's span, now that it is answered. */
export function traceRequest({ request, response, route, startedAtMs, trace }: Exchange): void {
  if (trace?.isSampled !== true) return;
  const method = request.method ?? '';
  const status = response.statusCode;
  trace.end(route === 'other' ? method : `${method} ${route}`, {
    kind: 'server',
    startMs: epochMsOf(startedAtMs),
    endMs: epochMsOf(performance.now()),
    attributes: {
      [attributes.httpMethod]: method,
      [attributes.httpRoute]: route === 'other' ? undefined : route,
      [attributes.httpStatus]: status,
    },
    error: status >= 500 ? String(status) : undefined,
  });
}
