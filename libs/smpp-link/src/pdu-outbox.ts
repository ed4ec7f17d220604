// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type { PduInput } from '@sendium/smpp-pdu';
import { lengthOfPdu, writePdu } from '@sendium/smpp-pdu';

const slabLength = 16_384;
const none = Buffer.alloc(0);

/**
 * Gathers what is written in one turn of the event loop into one write to the socket: a system call
 * for each PDU would cost more than the PDU.
 *
 * PDUs are written one behind the other into a slab; what was handed to the socket is not touched
 * again, the next PDUs go behind it.
 */
export class PduOutbox {
  readonly #socket: Socket;
  #slab = none;
  #from = 0;
  #to = 0;
  #ordinal = 0;
  #flushedOrdinal = 0;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** How many PDUs were handed to the socket: those with a higher ordinal have not left. */
  get flushedOrdinal(): number {
    return this.#flushedOrdinal;
  }

  /** Octets that wait here or in the socket for the peer to read. */
  get unreadLength(): number {
    return this.#to - this.#from + this.#socket.writableLength;
  }

  /**
   * Puts a PDU in line under this sequence number; returns its ordinal.
   * Throws `PduEncodeError` when it cannot be written; nothing has happened then.
   */
  write(pdu: PduInput, sequenceNumber: number): number {
    const length = lengthOfPdu(pdu);
    if (this.#slab.length - this.#to < length) this.#renew(length);
    const from = this.#to;
    const end = writePdu(pdu, this.#slab, from);
    this.#slab.writeUInt32BE(sequenceNumber, from + 12);
    this.#to = end;
    this.#scheduled ??= setImmediate(() => this.flush());
    return ++this.#ordinal;
  }

  /** Hands everything in line to the socket now. */
  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#to === this.#from || !this.#socket.writable) return;
    this.#socket.write(this.#slab.subarray(this.#from, this.#to));
    this.#from = this.#to;
    this.#flushedOrdinal = this.#ordinal;
  }

  /** The session has ended: what is still in line is never written. */
  discard(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    this.#slab = none;
    this.#from = this.#to = 0;
  }

  #renew(length: number): void {
    this.flush();
    this.#slab = Buffer.allocUnsafeSlow(Math.max(length, slabLength));
    this.#from = this.#to = 0;
  }
}
