// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Short ids for clients that cannot keep a long one: a counter per account, from which each process
 * takes blocks, so that no id is given twice before 2^32 others of the account were given: that is
 * more than seven days at 7,000 messages a second. What is left of a block when a process ends is lost.
 */
import { openBucket, TransientError, type Bus, type KeyValueBucket } from '@sendium/bus';
import { buckets } from '@sendium/contracts';

/** How the counter is written: eight hex digits, or ten decimal ones. */
export type ShortIdForm = 'hex8' | 'decimal';

interface Block {
  next: number;
  end: number;
}

const blockSize = 4096;
const idSpace = 2 ** 32;
const giveUpMs = 2000;

/** Gives short ids. */
export class ClientMessageIds {
  readonly #bucket: KeyValueBucket;
  readonly #bus: Bus;
  readonly #blocks = new Map<string, Block>();
  readonly #fetches = new Map<string, Promise<void>>();

  constructor(bus: Bus) {
    this.#bus = bus;
    this.#bucket = openBucket(bus, buckets.orders);
  }

  /**
   * The account's next id.
   *
   * @throws {TransientError | UnavailableError} a new block is needed and NATS does not answer
   */
  async next(account: string, form: ShortIdForm): Promise<string> {
    for (;;) {
      const block = this.#blocks.get(account);
      if (block !== undefined && block.next < block.end) return written(block.next++, form);
      await this.#fetchOnce(account);
    }
  }

  #fetchOnce(account: string): Promise<void> {
    let fetching = this.#fetches.get(account);
    if (fetching === undefined) {
      fetching = this.#fetch(account).finally(() => this.#fetches.delete(account));
      this.#fetches.set(account, fetching);
    }
    return fetching;
  }

  async #fetch(account: string): Promise<void> {
    if (!this.#bus.isConnected) throw new TransientError('NATS is out of reach.');
    const key = `message-ids.${account}`;
    const giveUpAtMs = performance.now() + giveUpMs;
    while (performance.now() < giveUpAtMs) {
      const entry = await this.#bucket.get(key);
      const taken = entry === undefined ? 0 : Number(Buffer.from(entry.value).toString());
      const end = taken + blockSize;
      const value = String(end % idSpace);
      const put = await this.#bucket.update(key, value, entry?.revision ?? 0, { giveUpAtMs });
      if (put !== undefined) {
        this.#blocks.set(account, { next: taken, end });
        return;
      }
    }
    throw new TransientError('No block of ids could be taken.');
  }
}

function written(n: number, form: ShortIdForm): string {
  return form === 'hex8' ? n.toString(16).padStart(8, '0') : String(n).padStart(10, '0');
}
