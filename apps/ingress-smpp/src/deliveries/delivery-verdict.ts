// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Answer } from '@sendium/smpp-link';
import { commandStatus } from '@sendium/smpp-pdu';

/** What to do with what was offered. */
export type DeliveryVerdict =
  | { readonly kind: 'delivered' }
  /** Nobody has said that it has it: again at once, where there is room. */
  | { readonly kind: 'again' }
  /** The client cannot take it now. */
  | { readonly kind: 'put_off' }
  /** The client does not want this one. */
  | { readonly kind: 'refused'; readonly status: number }
  /** The client wants none of those that go to this destination. */
  | { readonly kind: 'refused_all'; readonly status: number }
  /** It cannot be written. */
  | { readonly kind: 'unsendable'; readonly reason: string };

const temporary: ReadonlySet<number> = new Set([
  commandStatus.ESME_RX_T_APPN,
  commandStatus.ESME_RSYSERR,
  commandStatus.ESME_RMSGQFUL,
  commandStatus.ESME_RTHROTTLED,
  commandStatus.ESME_RUNKNOWNERR,
]);

/** Reads the answer to a deliver_sm (SMPP 3.4, 5.1.3). */
export function verdictOn(answer: Answer<'deliver_sm'>): DeliveryVerdict {
  switch (answer.kind) {
    case 'answered':
    case 'nacked':
      return verdictOnStatus(answer.status);
    case 'timeout':
    case 'lost':
    case 'unsent':
      return { kind: 'again' };
    case 'invalid':
      return { kind: 'unsendable', reason: answer.reason };
  }
}

function verdictOnStatus(status: number): DeliveryVerdict {
  if (status === commandStatus.ESME_ROK) return { kind: 'delivered' };
  if (temporary.has(status)) return { kind: 'put_off' };
  const isForAll = status === commandStatus.ESME_RX_P_APPN;
  return { kind: isForAll ? 'refused_all' : 'refused', status };
}
