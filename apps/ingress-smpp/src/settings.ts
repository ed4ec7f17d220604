// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { natsSettings } from '@sendium/bus';
import { byteSize, duration, listenAddress, setting, urlOf } from '@sendium/runtime';

/** What this service is told by its environment. */
export const settings = {
  nats: natsSettings,
  listen: setting('SENDIUM_SMPP_LISTEN', listenAddress, '127.0.0.1:2775'),
  timers: {
    /** Until a client that has connected must be bound. */
    sessionInitMs: setting('SENDIUM_SMPP_SESSION_INIT', duration, '5s'),
    /** Silence after which a client is asked whether it is still there. */
    enquireLinkMs: setting('SENDIUM_SMPP_ENQUIRE_LINK', duration, '30s'),
    /** A client that sends nothing at all for so long is let go. */
    inactivityMs: setting('SENDIUM_SMPP_INACTIVITY', duration, '5m'),
    /** For the answers owed when a session ends in order. */
    drainMs: setting('SENDIUM_SMPP_DRAIN', duration, '3s'),
    /** For the client's answer to our unbind. */
    unbindMs: setting('SENDIUM_SMPP_UNBIND', duration, '1s'),
  },
  trackerUrl: setting(
    'SENDIUM_TRACKER_URL',
    urlOf('http', 'https', 'dns'),
    'http://127.0.0.1:50051',
  ),
  /** The server's max_file_store; only needed where the NATS account has no limit of its own. */
  store: { storeBytes: setting('SENDIUM_NATS_STORE_LIMIT', byteSize, '10GiB') },
};
