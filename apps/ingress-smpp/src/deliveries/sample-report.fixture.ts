// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import type { Report } from '@sendium/contracts';
import { createMessageId, messageIdRandomBytes } from '@sendium/message';

/** The report of a message that was delivered; `over` replaces fields. */
export function sampleReport(over: Partial<Report> = {}): Report {
  const nowMs = Date.now();
  return {
    kind: 'report',
    messageId: createMessageId(nowMs, randomBytes(messageIdRandomBytes)),
    ...{ account: 'demo', status: 'delivered', atMs: nowMs, acceptedAtMs: nowMs - 1000, tries: 0 },
    to: { ton: 1, npi: 1, value: '447700900123' },
    from: { ton: 5, npi: 0, value: 'ACME' },
    ...{ segments: 1, segmentsDelivered: 1 },
    ...over,
  };
}
