// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { natsSettings } from '@sendium/bus';
import { listenAddress, setting, text } from '@sendium/runtime';

/** The settings of a connector process. */
export const settings = {
  nats: natsSettings,
  /** Where LinkService answers; without it, it does not. */
  grpcListen: setting(
    'SENDIUM_GRPC_LISTEN',
    listenAddress.optional().describe('an address to listen on, such as 127.0.0.1:9203'),
  ),
  /** Names separated by commas; without it, all connectors of the configuration. */
  connectors: setting('SENDIUM_CONNECTORS', text.optional()),
};

/** The names that a setting lists; undefined for all. */
export function namesOf(list: string | undefined): readonly string[] | undefined {
  const names = list?.split(',').map((name) => name.trim());
  return names?.filter((name) => name !== '');
}
