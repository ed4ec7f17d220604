// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { headerLength } from './decode-pdu.ts';

const none = Buffer.alloc(0);
const firstGrowth = 256;

/**
 * Cuts a byte stream into PDUs, however the network cut it into chunks.
 *
 * 1. A frame that lies within one chunk is a view of it; only a frame that spans chunks is copied, once.
 * 2. Memory is bounded by what has arrived, not by what a header claims: room for a frame grows by
 *    doubling as its octets come in.
 * 3. A command_length below 16 or above the limit makes the stream corrupt for good, as soon as its
 *    four octets are seen: there is no way to find the next PDU.
 */
export class PduFramer {
  /** The longest PDU taken, in octets; may be changed between frames (small before bind). */
  maxPduLength: number;
  readonly #chunks: Buffer[] = [];
  #offset = 0;
  #partial = none;
  #partialLength = 0;
  #corruptLength: number | undefined;

  constructor(maxPduLength: number) {
    this.maxPduLength = maxPduLength;
  }

  /** The command_length that cannot be true, once one was met; then no frame follows. */
  get corruptLength(): number | undefined {
    return this.#corruptLength;
  }

  /** Whether nothing of an unfinished PDU or an uncut chunk is held. */
  get isEmpty(): boolean {
    return this.#chunks.length === 0 && this.#partialLength === 0;
  }

  /** Takes what the socket gave. The chunk must not be changed afterwards. */
  push(chunk: Buffer): void {
    if (chunk.length > 0 && this.#corruptLength === undefined) this.#chunks.push(chunk);
  }

  /** The next whole PDU, or undefined until more arrives. */
  next(): Buffer | undefined {
    for (;;) {
      const chunk = this.#chunks[0];
      if (chunk === undefined || this.#corruptLength !== undefined) return undefined;
      const frame = this.#partialLength > 0 ? this.#continue(chunk) : this.#cut(chunk);
      if (this.#offset === chunk.length) {
        this.#chunks.shift();
        this.#offset = 0;
      }
      if (frame !== undefined) return frame;
    }
  }

  #cut(chunk: Buffer): Buffer | undefined {
    const from = this.#offset;
    const left = chunk.length - from;
    if (left >= 4) {
      const length = chunk.readUInt32BE(from);
      if (!this.#isCredible(length)) return undefined;
      if (left >= length) {
        this.#offset = from + length;
        return from === 0 && left === length ? chunk : chunk.subarray(from, from + length);
      }
    }
    this.#gather(chunk, left);
    return undefined;
  }

  #continue(chunk: Buffer): Buffer | undefined {
    if (this.#partialLength < 4) {
      this.#gather(chunk, Math.min(4 - this.#partialLength, chunk.length - this.#offset));
      if (this.#partialLength < 4) return undefined;
    }
    const length = this.#partial.readUInt32BE(0);
    if (!this.#isCredible(length)) return undefined;
    const missing = length - this.#partialLength;
    this.#gather(chunk, Math.min(missing, chunk.length - this.#offset));
    if (this.#partialLength < length) return undefined;
    const frame = this.#partial.subarray(0, length);
    this.#partial = none;
    this.#partialLength = 0;
    return frame;
  }

  #isCredible(length: number): boolean {
    if (length >= headerLength && length <= this.maxPduLength) return true;
    this.#corruptLength = length;
    this.#chunks.length = 0;
    this.#partial = none;
    this.#partialLength = 0;
    return false;
  }

  #gather(chunk: Buffer, count: number): void {
    const needed = this.#partialLength + count;
    if (needed > this.#partial.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(firstGrowth, needed, this.#partial.length * 2));
      this.#partial.copy(grown, 0, 0, this.#partialLength);
      this.#partial = grown;
    }
    chunk.copy(this.#partial, this.#partialLength, this.#offset, this.#offset + count);
    this.#partialLength = needed;
    this.#offset += count;
  }
}
