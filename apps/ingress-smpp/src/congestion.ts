// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { congestionStateOf } from '@sendium/smpp-pdu';

/** What the publisher holds at most before it refuses. */
const maxPendingItems = 10_000;
/** Above this share of the store messages are refused. */
const fullFraction = 0.8;

/** congestion_state: how near we are to refusing messages, 0 to 100. */
export function congestionOf(
  publisher: { readonly pendingItems: number },
  store: { readonly fraction: number },
): number {
  return Math.max(
    congestionStateOf({ used: publisher.pendingItems, capacity: maxPendingItems }),
    congestionStateOf({ used: store.fraction, capacity: fullFraction }),
  );
}
