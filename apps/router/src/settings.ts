// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { natsSettings } from '@sendium/bus';
import { duration, listenAddress, setting } from '@sendium/runtime';

const [leastWaitMs, mostWaitMs] = [1000, 30 * 60_000];

/** What the router is told by its environment. */
export const settings = {
  nats: natsSettings,
  /** Where RoutingService answers; without it, it does not. */
  grpcListen: setting(
    'SENDIUM_GRPC_LISTEN',
    listenAddress.optional().describe('an address to listen on, such as 127.0.0.1:9202'),
  ),
  /** How long the parts of a long message wait for the others; the stream forgets them after an hour. */
  partsTimeoutMs: setting(
    'SENDIUM_PARTS_TIMEOUT',
    duration
      .refine((ms) => ms >= leastWaitMs && ms <= mostWaitMs, 'expected 1s to 30m')
      .describe('a duration from 1s to 30m'),
    '5m',
  ),
};
