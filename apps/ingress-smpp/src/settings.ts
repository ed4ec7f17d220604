// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { natsSettings } from '@sendium/bus';
import { byteSize, duration, listenAddress, setting, text, urlOf } from '@sendium/runtime';
import { addressList } from '@sendium/smpp-link';

const path = text.optional();
const networks = text
  .refine(isNetworks, 'expected networks such as 10.0.0.0/8,2001:db8::/32')
  .transform(split)
  .optional();

/** Where clients connect; `listenPlan` says what belongs together. */
export const listenSettings = {
  plain: setting('SENDIUM_SMPP_LISTEN', listenAddress, '127.0.0.1:2775'),
  /** A second port; without it, there is no TLS. */
  tls: setting(
    'SENDIUM_SMPP_TLS_LISTEN',
    listenAddress.optional().describe('an address to listen on with TLS, such as :3550'),
  ),
  certFile: setting(
    'SENDIUM_SMPP_TLS_CERT',
    path.describe('path of the certificate in PEM, the chain included'),
  ),
  keyFile: setting('SENDIUM_SMPP_TLS_KEY', path.describe('path of its private key in PEM')),
  clientCaFile: setting(
    'SENDIUM_SMPP_TLS_CLIENT_CA',
    path.describe('path of authorities in PEM; clients then need a certificate of theirs'),
  ),
  /** On both ports. */
  proxyNetworks: setting(
    'SENDIUM_SMPP_PROXY_NETWORKS',
    networks.describe('networks, separated by commas, whose connections begin with a PROXY header'),
  ),
};

/** What this service is told by its environment. */
export const settings = {
  nats: natsSettings,
  listen: listenSettings,
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

function split(list: string): readonly string[] {
  return list.split(',').map((network) => network.trim());
}

function isNetworks(list: string): boolean {
  try {
    addressList(split(list));
    return true;
  } catch {
    return false;
  }
}
