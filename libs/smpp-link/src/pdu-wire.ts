// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type { PduInput } from '@sendium/smpp-pdu';
import { PduEncodeError, PduFramer } from '@sendium/smpp-pdu';
import type { LinkClock } from './link-clock.ts';
import { PduOutbox } from './pdu-outbox.ts';

/** After reading was stopped, answers that wait in the socket get this long to be read. */
const catchUpMs = 1_000;

/** What a wire tells its session, and asks it. */
export interface WireOwner {
  /** Takes one frame, as long as its command_length says. */
  onFrame(frame: Buffer): void;
  /** At least one frame was taken, or reading goes on after a stop. */
  onHeard(): void;
  /** The stream cannot be cut into PDUs any more. */
  onCorrupt(commandLength: number): void;
  /** The socket is gone; with the system's code when that was an error. */
  onGone(code: string | undefined): void;
  /** Whether reading has to wait. */
  isBusy(): boolean;
}

/**
 * A socket as a stream of PDUs: cuts what comes in into frames, gathers what goes out, and stops
 * reading while its owner is busy or the peer does not read what was written for it.
 */
export class PduWire {
  readonly #socket: Socket;
  readonly #owner: WireOwner;
  readonly #clock: LinkClock;
  readonly #maxUnreadBytes: number;
  readonly #framer: PduFramer;
  readonly #outbox: PduOutbox;
  #reading: 'on' | 'stopped' | 'ended' = 'on';
  #readingChangedAtMs = -Infinity;
  #errorCode: string | undefined;
  #adapt: (pdu: PduInput) => PduInput = (pdu) => pdu;

  constructor(
    socket: Socket,
    owner: WireOwner,
    options: {
      readonly clock: LinkClock;
      readonly maxUnreadBytes: number;
      readonly maxUnboundPduLength: number;
    },
  ) {
    this.#socket = socket;
    this.#owner = owner;
    this.#clock = options.clock;
    this.#maxUnreadBytes = options.maxUnreadBytes;
    this.#framer = new PduFramer(options.maxUnboundPduLength);
    this.#outbox = new PduOutbox(socket);
    this.#listen();
  }

  /** Since when reading is stopped, monotonic milliseconds; undefined while we read. */
  get stoppedSinceMs(): number | undefined {
    return this.#reading === 'stopped' ? this.#readingChangedAtMs : undefined;
  }

  /** Whether answers may be there that we have not read, because of us. */
  get isBehind(): boolean {
    if (this.#reading === 'stopped') return true;
    return this.#clock.monotonicMs() - this.#readingChangedAtMs < catchUpMs;
  }

  /** How many PDUs were handed to the socket. */
  get flushedOrdinal(): number {
    return this.#outbox.flushedOrdinal;
  }

  set maxPduLength(length: number) {
    this.#framer.maxPduLength = length;
  }

  /** What is written from now on is first made into what the peer knows; may throw `PduEncodeError`. */
  set adapt(adapt: (pdu: PduInput) => PduInput) {
    this.#adapt = adapt;
  }

  /** Puts a PDU in line; its ordinal, or the reason why it cannot be written. */
  write(pdu: PduInput, sequenceNumber: number): number | string {
    try {
      return this.#outbox.write(this.#adapt(pdu), sequenceNumber);
    } catch (error) {
      if (error instanceof PduEncodeError) return error.message;
      throw error;
    }
  }

  /** Reads on if nothing stands against it any more. */
  resume(): void {
    if (this.#reading !== 'stopped' || this.#isOverloaded()) return;
    this.#setReading('on');
    this.#owner.onHeard();
    this.#pump();
    if (this.stoppedSinceMs === undefined) this.#socket.resume();
  }

  /** Writes what is in line and closes our half; what still comes in is thrown away. */
  end(): void {
    this.#setReading('ended');
    this.#outbox.flush();
    this.#socket.end();
    this.#socket.resume();
  }

  /** Closes at once; what is in line is not written. */
  destroy(): void {
    this.#setReading('ended');
    this.#outbox.discard();
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#reading === 'ended') return;
      this.#framer.push(chunk);
      this.#pump();
    });
    this.#socket.on('drain', () => this.resume());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#errorCode = error.code ?? error.name;
    });
    this.#socket.on('close', () => this.#owner.onGone(this.#errorCode));
  }

  #pump(): void {
    let hasHeard = false;
    while (this.#mayRead()) {
      const frame = this.#framer.next();
      if (frame === undefined) break;
      hasHeard = true;
      this.#owner.onFrame(frame);
    }
    if (hasHeard) this.#owner.onHeard();
    const { corruptLength } = this.#framer;
    if (corruptLength !== undefined && this.#reading === 'on') this.#owner.onCorrupt(corruptLength);
  }

  #mayRead(): boolean {
    if (this.#reading !== 'on') return false;
    if (!this.#isOverloaded()) return true;
    this.#setReading('stopped');
    this.#socket.pause();
    return false;
  }

  #isOverloaded(): boolean {
    return this.#outbox.unreadLength > this.#maxUnreadBytes || this.#owner.isBusy();
  }

  #setReading(reading: 'on' | 'stopped' | 'ended'): void {
    this.#reading = reading;
    this.#readingChangedAtMs = this.#clock.monotonicMs();
  }
}
