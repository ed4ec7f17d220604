// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { senderOf } from './acked-sender.ts';
import type { Bus } from './bus.ts';
import { JetStreamApiError } from './errors.ts';
import { follow } from './follow.ts';
import { unlessOvertaken } from './overtaken.ts';
import { bucketStream } from './topology-config.ts';

/** A value as it is, or was, in force. */
export interface KeyValueEntry {
  readonly key: string;
  readonly value: Uint8Array;
  /** Rises with every change in the bucket. */
  readonly revision: number;
}

export interface PutOptions {
  /** By `performance.now()`: then an unanswered put is given up. Default: never. */
  readonly giveUpAtMs?: number;
}

const noMessageFound = 10_037;
const operationHeader = 'KV-Operation';

/** What the bucket holds, be it a value or the note that there is none. */
interface Stored extends KeyValueEntry {
  readonly isDeleted: boolean;
}

/** A JetStream key-value bucket, in the layout of the usual clients. */
export class KeyValueBucket {
  readonly #bus: Bus;
  readonly #prefix: string;
  readonly #stream: string;

  constructor(bus: Bus, bucket: string) {
    this.#bus = bus;
    this.#prefix = `$KV.${bucket}.`;
    this.#stream = bucketStream(bucket);
  }

  /** The bus that it is reached by. */
  get bus(): Bus {
    return this.#bus;
  }

  /**
   * The value in force, read from the leader; undefined when there is none.
   *
   * @throws {TransientError} no answer
   */
  async get(key: string): Promise<KeyValueEntry | undefined> {
    const last = await this.#last(key);
    if (last === undefined || last.isDeleted) return undefined;
    return { key, value: last.value, revision: last.revision };
  }

  /**
   * The values that the key had and the bucket still keeps, the newest first. For small buckets: each of
   * its values is asked for.
   *
   * @throws {TransientError} no answer
   */
  async *history(key: string): AsyncGenerator<KeyValueEntry> {
    const { state } = await this.#bus.api<{ state: { first_seq: number; last_seq: number } }>(
      `STREAM.INFO.${this.#stream}`,
    );
    for (let revision = state.last_seq; revision >= state.first_seq; revision--) {
      const stored = await this.#find({ seq: revision });
      if (stored === undefined || stored.isDeleted || stored.key !== key) continue;
      yield { key, value: stored.value, revision };
    }
  }

  /**
   * Puts a value whatever there was before; returns its revision.
   *
   * @throws {UnavailableError} not confirmed in time
   */
  put(key: string, value: Uint8Array | string, options: PutOptions = {}): Promise<number> {
    return this.#store(key, value, {}, options);
  }

  /** Puts a value where there is none; undefined when there is one. */
  async create(
    key: string,
    value: Uint8Array | string,
    options: PutOptions = {},
  ): Promise<number | undefined> {
    const created = await this.update(key, value, 0, options);
    if (created !== undefined) return created;
    const last = await this.#last(key);
    if (last?.isDeleted !== true) return undefined;
    return this.update(key, value, last.revision, options);
  }

  /** Puts a value in the place of that revision; undefined when another one is in force. */
  async update(
    key: string,
    value: Uint8Array | string,
    revision: number,
    options: PutOptions = {},
  ): Promise<number | undefined> {
    return unlessOvertaken(this.#store(key, value, expecting(revision), options));
  }

  /**
   * The keys that begin with these tokens, one more token behind them; a key that was deleted counts
   * until the bucket forgets it. For a few keys.
   *
   * @throws {TransientError} no answer
   */
  async listKeys(prefix: string): Promise<readonly string[]> {
    const filter = `${this.#prefix}${prefix}.*`;
    const { state } = await this.#bus.api<{
      state: { subjects?: Readonly<Record<string, number>> };
    }>(`STREAM.INFO.${this.#stream}`, { subjects_filter: filter });
    return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(this.#prefix.length));
  }

  /** Deletes the value, with `revision` only when that one is in force; false when it is not. */
  async delete(key: string, revision?: number, options: PutOptions = {}): Promise<boolean> {
    const headers = {
      [operationHeader]: 'DEL',
      ...(revision === undefined ? {} : expecting(revision)),
    };
    const stored = await unlessOvertaken(this.#store(key, '', headers, options));
    return stored !== undefined;
  }

  /**
   * Calls back with each value in force and then with each change, also after reconnects; `undefined` says
   * that the key has no value any more. Resolves when the values of now have been handed over.
   *
   * @param keys one key, or with wildcards: `>` for all
   * @throws {TransientError} the bus was closed meanwhile
   */
  async watch(
    keys: string,
    onChange: (entry: KeyValueEntry | undefined, key: string) => void,
  ): Promise<AsyncDisposable> {
    const revisions = new Map<string, number>();
    const follower = follow(this.#bus, {
      stream: this.#stream,
      subjects: [this.#prefix + keys],
      start: { kind: 'last-per-subject' },
      onMessage: ({ subject, sequence: revision, octets: value, header }) => {
        const key = subject.slice(this.#prefix.length);
        // Not "smaller": a server that lost its unsynced tail gives revisions out again.
        if (revisions.get(key) === revision) return;
        revisions.set(key, revision);
        onChange(header(operationHeader) === '' ? { key, value, revision } : undefined, key);
      },
    });
    try {
      await follower.untilCaughtUp();
    } catch (error) {
      await follower[Symbol.asyncDispose]();
      throw error;
    }
    return follower;
  }

  #store(
    key: string,
    value: Uint8Array | string,
    headers: Readonly<Record<string, string>>,
    options: PutOptions,
  ): Promise<number> {
    const octets = typeof value === 'string' ? Buffer.from(value) : value;
    return senderOf(this.#bus).store({ subject: this.#prefix + key, octets, headers, ...options });
  }

  #last(key: string): Promise<Stored | undefined> {
    return this.#find({ last_by_subj: this.#prefix + key });
  }

  async #find(what: { last_by_subj: string } | { seq: number }): Promise<Stored | undefined> {
    try {
      const { message } = await this.#bus.api<{
        message: { subject: string; seq: number; data?: string; hdrs?: string };
      }>(`STREAM.MSG.GET.${this.#stream}`, what);
      const headers = Buffer.from(message.hdrs ?? '', 'base64').toString();
      return {
        key: message.subject.slice(this.#prefix.length),
        value: Buffer.from(message.data ?? '', 'base64'),
        revision: message.seq,
        isDeleted: headers.includes(`${operationHeader}:`),
      };
    } catch (error) {
      if (error instanceof JetStreamApiError && error.errorCode === noMessageFound)
        return undefined;
      throw error;
    }
  }
}

/** A bucket that exists (see `applyTopology`). */
export function openBucket(bus: Bus, bucket: string): KeyValueBucket {
  return new KeyValueBucket(bus, bucket);
}

function expecting(revision: number): Readonly<Record<string, string>> {
  return { 'Nats-Expected-Last-Subject-Sequence': String(revision) };
}
