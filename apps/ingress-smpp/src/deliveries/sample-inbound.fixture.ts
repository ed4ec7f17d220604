// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import type { InboundMessage } from '@sendium/contracts';
import { createMessageId, messageIdRandomBytes } from '@sendium/message';

/** An SMS from a mobile; `over` replaces fields. */
export function sampleInbound(over: Partial<InboundMessage> = {}): InboundMessage {
  const nowMs = Date.now();
  return {
    id: createMessageId(nowMs, randomBytes(messageIdRandomBytes)),
    connector: 'carrier',
    from: { ton: 1, npi: 1, value: '447700900123' },
    to: { ton: 0, npi: 1, value: '12345' },
    ...{ dataCoding: 0, esmClass: 0, protocolId: 0, octets: Buffer.from('Hello') },
    ...{ tlvs: [], receivedAtMs: nowMs, mayBeResent: false },
    ...over,
  };
}
