// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * One keep-alive connection with at most one request in flight, opened again for as long as it is
 * used. Invariants:
 * C1. Each request ends exactly once: by its response, or as lost (its fate is unknown then).
 * C2. `onIdle` is called when, and only when, a request may be sent; `onGone` takes that back when the
 *     connection ends while it is idle.
 */
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { HttpResponse } from './response-reader.ts';
import { ResponseReader } from './response-reader.ts';

/** How a request ended. */
export type Outcome =
  | { readonly kind: 'response'; readonly response: HttpResponse }
  /** The connection ended, or time ran out, without an answer. */
  | { readonly kind: 'lost' };

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** An unanswered request is lost after this long. */
  readonly timeoutMs: number;
  readonly onIdle: (connection: HttpConnection) => void;
  /** It ended while idle: nothing may be sent until the next `onIdle`. */
  readonly onGone: (connection: HttpConnection) => void;
  /** A connection could not be opened; it is tried again. */
  readonly onRefused: () => void;
}

const firstPauseMs = 20;
const longestPauseMs = 500;

export class HttpConnection {
  readonly #options: ConnectionOptions;
  readonly #reader = new ResponseReader();
  #socket: Socket | undefined;
  #onEnd: ((outcome: Outcome) => void) | undefined;
  #sentMs = 0;
  #pauseMs = firstPauseMs;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Opens it; `onIdle` follows. */
  open(): void {
    const { host, port } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    let isOpen = false;
    this.#socket = socket;
    this.#reader.clear();
    socket.on('connect', () => {
      isOpen = true;
      this.#pauseMs = firstPauseMs;
      this.#options.onIdle(this);
    });
    socket.on('data', (chunk: Buffer) => this.#read(socket, chunk));
    // 'close' follows each 'error' and does the work.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed(socket, isOpen));
  }

  /** Sends a request; only between `onIdle` and the end of the request. */
  send(request: Buffer, onEnd: (outcome: Outcome) => void): void {
    this.#onEnd = onEnd;
    this.#sentMs = performance.now();
    this.#socket?.write(request);
  }

  /** Gives a request up that has waited too long; called now and then. */
  sweep(nowMs: number): void {
    if (this.#onEnd !== undefined && nowMs - this.#sentMs > this.#options.timeoutMs)
      this.#socket?.destroy();
  }

  /** Ends it; a request in flight is lost. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#socket?.destroy();
  }

  #read(socket: Socket, chunk: Buffer): void {
    let response: HttpResponse | undefined;
    try {
      response = this.#reader.take(chunk);
    } catch {
      socket.destroy();
      return;
    }
    if (response === undefined) return;
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.({ kind: 'response', response });
    if (!response.isKeptAlive) socket.destroy();
    else if (!this.#isClosed) this.#options.onIdle(this);
  }

  #closed(socket: Socket, wasOpen: boolean): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    if (onEnd === undefined) this.#options.onGone(this);
    else onEnd({ kind: 'lost' });
    if (this.#isClosed) return;
    if (!wasOpen) this.#options.onRefused();
    this.#retry = setTimeout(() => this.open(), wasOpen ? 0 : this.#pauseMs);
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
  }
}
