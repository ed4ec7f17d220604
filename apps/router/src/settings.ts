// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { natsSettings } from '@sendium/bus';
import { listenAddress, setting } from '@sendium/runtime';

/** What the router is told by its environment. */
export const settings = {
  nats: natsSettings,
  /** Where RoutingService answers; without it, it does not. */
  grpcListen: setting(
    'SENDIUM_GRPC_LISTEN',
    listenAddress.optional().describe('an address to listen on, such as 127.0.0.1:9202'),
  ),
};
