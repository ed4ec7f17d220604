// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { natsSettings } from '@sendium/bus';
import { byteSize, listenAddress, setting, urlOf, wholeNumber } from '@sendium/runtime';

/** What this service is told by its environment. */
export const settings = {
  nats: natsSettings,
  listen: setting('SENDIUM_HTTP_LISTEN', listenAddress, '127.0.0.1:8080'),
  maxConnections: setting('SENDIUM_HTTP_MAX_CONNECTIONS', wholeNumber(1, 100_000), '5000'),
  trackerUrl: setting(
    'SENDIUM_TRACKER_URL',
    urlOf('http', 'https', 'dns'),
    'http://127.0.0.1:50051',
  ),
  /** Where the router answers which way a message would take: for previews. */
  routerUrl: setting('SENDIUM_ROUTER_URL', urlOf('http', 'https', 'dns'), 'http://127.0.0.1:9202'),
  /** The server's max_file_store; only needed where the NATS account has no limit of its own. */
  store: { storeBytes: setting('SENDIUM_NATS_STORE_LIMIT', byteSize, '10GiB') },
};
