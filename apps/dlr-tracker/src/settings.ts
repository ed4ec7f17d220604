// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { natsSettings } from '@sendium/bus';
import { duration, listenAddress, setting, urlOf } from '@sendium/runtime';

/** What the tracker is told by its environment. */
export const settings = {
  nats: natsSettings,
  storeUrl: setting('SENDIUM_STORE_URL', urlOf('sqlite'), 'sqlite:.sendium/messages.db'),
  grpcListen: setting('SENDIUM_GRPC_LISTEN', listenAddress, '127.0.0.1:9200'),
  keeping: {
    /** How long a message waits for its final receipt before it is `unknown`, and a receipt for its message. */
    unknownAfterMs: setting('SENDIUM_TRACKER_UNKNOWN_AFTER', duration, '72h'),
    parkedForMs: setting('SENDIUM_TRACKER_PARKED_FOR', duration, '72h'),
    retentionMs: setting('SENDIUM_TRACKER_RETENTION', duration, '30d'),
    /** How long events stay on the stream after they were worked in. */
    eventsKeptMs: setting('SENDIUM_TRACKER_EVENTS_KEPT', duration, '1h'),
    sweepEveryMs: setting('SENDIUM_TRACKER_SWEEP_EVERY', duration, '10s'),
  },
} as const;

/** How long things are kept, in milliseconds. */
export interface Keeping {
  readonly unknownAfterMs: number;
  readonly parkedForMs: number;
  readonly retentionMs: number;
  readonly eventsKeptMs: number;
  readonly sweepEveryMs: number;
}
