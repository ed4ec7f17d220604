// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { ConfigError, type Config, type ListenAddress } from '@sendium/runtime';
import type { CertificateFiles } from './certificate-files.ts';
import type { listenSettings } from './settings.ts';

/** The ports of this process. */
export interface ListenPlan {
  readonly plain: ListenAddress;
  readonly tls: { readonly listen: ListenAddress; readonly files: CertificateFiles } | undefined;
  /** Networks whose connections begin with a PROXY header, on both ports. */
  readonly proxyNetworks: readonly string[];
}

/**
 * Puts the settings of the ports together.
 *
 * @throws ConfigError where only some of the settings for TLS are given: a certificate that nobody is
 *   shown is a mistake as much as a port without one
 */
export function listenPlan(config: Config<typeof listenSettings>): ListenPlan {
  const { plain, tls: listen, certFile, keyFile, clientCaFile, proxyNetworks = [] } = config;
  if (listen !== undefined && certFile !== undefined && keyFile !== undefined) {
    return { plain, tls: { listen, files: { certFile, keyFile, clientCaFile } }, proxyNetworks };
  }
  const given = [listen, certFile, keyFile, clientCaFile].filter((each) => each !== undefined);
  if (given.length === 0) return { plain, tls: undefined, proxyNetworks };
  const needed = [
    ['SENDIUM_SMPP_TLS_LISTEN', listen],
    ['SENDIUM_SMPP_TLS_CERT', certFile],
    ['SENDIUM_SMPP_TLS_KEY', keyFile],
  ] as const;
  const missing = needed.filter(([, value]) => value === undefined);
  const problem = 'is required where any setting for TLS is given';
  throw new ConfigError(missing.map(([variable]) => ({ variable, problem })));
}
