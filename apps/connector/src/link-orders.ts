// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { openBucket, TransientError, type Bus } from '@sendium/bus';
import { buckets, linkOrderKey } from '@sendium/contracts';

/** What operators want of a connector's links; every process that carries it follows. */
export interface LinkOrder {
  /** Binds stay, and receipts come in; nothing is submitted. */
  readonly isPaused: boolean;
  /** How often its links were to bind anew; each time it rises, they do. */
  readonly rebinds: number;
}

const noOrder: LinkOrder = { isPaused: false, rebinds: 0 };
const maxTries = 10;

/**
 * Changes the order of a connector; resolves when it is durable.
 *
 * @throws {TransientError} NATS does not answer, or others change it all the time
 */
export async function changeLinkOrder(
  bus: Bus,
  connector: string,
  change: (order: LinkOrder) => LinkOrder,
): Promise<LinkOrder> {
  const bucket = openBucket(bus, buckets.orders);
  const key = linkOrderKey(connector);
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const entry = await bucket.get(key);
    const order = change(readOrder(entry?.value));
    if (entry === undefined) {
      if ((await bucket.create(key, JSON.stringify(order))) !== undefined) return order;
    } else if ((await bucket.update(key, JSON.stringify(order), entry.revision)) !== undefined) {
      return order;
    }
  }
  throw new TransientError('The order was changed by others all the time.');
}

/** Calls back with the order in force, then with each change; resolves when that of now was handed over. */
export function followLinkOrder(
  bus: Bus,
  connector: string,
  onOrder: (order: LinkOrder) => void,
): Promise<AsyncDisposable> {
  return openBucket(bus, buckets.orders).watch(linkOrderKey(connector), (entry) => {
    onOrder(readOrder(entry?.value));
  });
}

/** What cannot be read asks for nothing. */
function readOrder(octets: Uint8Array | undefined): LinkOrder {
  if (octets === undefined) return noOrder;
  try {
    const raw: unknown = JSON.parse(Buffer.from(octets).toString());
    if (typeof raw !== 'object' || raw === null) return noOrder;
    return {
      isPaused: 'isPaused' in raw && raw.isPaused === true,
      rebinds: 'rebinds' in raw && typeof raw.rebinds === 'number' ? raw.rebinds : 0,
    };
  } catch {
    return noOrder;
  }
}
