// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { TransientError, type Bus } from '@sendium/bus';
import { LinkServiceService, type ConnectorLinks } from '@sendium/contracts';
import { RpcError, serve, type ServedService } from '@sendium/grpc';
import type { CarrierConnector } from './carrier-connector.ts';
import { changeLinkOrder, type LinkOrder } from './link-orders.ts';
import type { SlotReport } from './carrier-slots.ts';
import type { LinkState } from './slot-links.ts';

/** Whose links are asked about. */
export interface LinkQuestionsOptions {
  readonly bus: Bus;
  readonly producer: string;
  /** The connectors that run in this process. */
  readonly running: () => readonly CarrierConnector[];
  /** Whether the configuration knows such a connector. */
  readonly isConfigured: (connector: string) => boolean;
}

/** LinkService: the links of this process, and orders to the links of all. */
export function answerLinkQuestions(options: LinkQuestionsOptions): ServedService {
  const { producer, running } = options;
  const order = async (connector: string, change: (order: LinkOrder) => LinkOrder) => {
    await give(options, connector, change);
    return {};
  };
  return serve(LinkServiceService, {
    listLinks: ({ connector }) => {
      const asked = running().filter(
        ({ settings }) => connector === '' || settings.name === connector,
      );
      return Promise.resolve({ process: producer, connectors: asked.map(toConnectorLinks) });
    },
    pauseLinks: ({ connector }) => order(connector, (now) => ({ ...now, isPaused: true })),
    resumeLinks: ({ connector }) => order(connector, (now) => ({ ...now, isPaused: false })),
    rebindLinks: ({ connector }) =>
      order(connector, (now) => ({ ...now, rebinds: now.rebinds + 1 })),
  });
}

/** @throws {RpcError} there is no such connector, or NATS does not answer */
async function give(
  { bus, isConfigured }: LinkQuestionsOptions,
  connector: string,
  change: (order: LinkOrder) => LinkOrder,
): Promise<void> {
  if (!isConfigured(connector)) throw new RpcError('not_found', 'There is no such connector.');
  try {
    await changeLinkOrder(bus, connector, change);
  } catch (cause) {
    if (!(cause instanceof TransientError)) throw cause;
    throw new RpcError('unavailable', 'NATS does not answer.', { cause });
  }
}

function toConnectorLinks(connector: CarrierConnector): ConnectorLinks {
  const { settings, isPaused, rateLimit, submitRate, inHand, slots } = connector;
  return {
    ...{ connector: settings.name, group: settings.group, paused: isPaused },
    ...{ rateLimit, submitRate, inHand, slots: slots.map(toSlot) },
  };
}

function toSlot({ slot, state, inFlight, windowSize, links }: SlotReport): Slot {
  return { slot, state, inFlight, window: windowSize, links: links.map(toLink) };
}

function toLink({ mode, state, host, boundSinceMs, interfaceVersion, lastError }: LinkState) {
  return {
    ...{ mode, state, host: host.host, port: host.port, interfaceVersion },
    boundSince: toDate(boundSinceMs),
    lastError: lastError?.reason ?? '',
    lastErrorAt: toDate(lastError?.atMs),
  };
}

type Slot = ConnectorLinks['slots'][number];

function toDate(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
