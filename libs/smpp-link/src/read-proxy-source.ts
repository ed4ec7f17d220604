// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import type { LinkClock } from './link-clock.ts';
import { maxProxyHeaderLength, readProxyHeader } from './proxy-header.ts';

/** Whom a proxy speaks for. */
export type ProxySource =
  /** No `address` where the proxy speaks for itself. The socket is paused behind the header. */
  | { readonly kind: 'source'; readonly address: string | undefined }
  /** The header is broken, did not come in time, or the connection ended before it. */
  | { readonly kind: 'none' };

/**
 * Takes the PROXY header off the beginning of a connection, before anything else reads it. What lies
 * behind the header stays in the socket, which is left paused. At most `timeoutMs`; never rejects.
 */
export function readProxySource(
  socket: Socket,
  timeoutMs: number,
  clock: LinkClock,
): Promise<ProxySource> {
  return new Promise((resolve) => {
    let gathered = Buffer.alloc(0);
    const settle = (source: ProxySource) => {
      cancelTimer();
      socket.off('data', onData);
      socket.off('close', onGone);
      socket.off('end', onGone);
      resolve(source);
    };
    const onGone = () => settle({ kind: 'none' });
    const onData = (chunk: Buffer) => {
      gathered = Buffer.concat([gathered, chunk]);
      const header = readProxyHeader(gathered);
      if (header.kind === 'incomplete' && gathered.length < maxProxyHeaderLength) return;
      socket.pause();
      if (header.kind === 'header') {
        const rest = gathered.subarray(header.length);
        if (rest.length > 0) socket.unshift(rest);
        settle({ kind: 'source', address: header.source });
      } else settle({ kind: 'none' });
    };
    const cancelTimer = clock.startTimer(timeoutMs, onGone);
    socket.on('data', onData);
    socket.on('close', onGone);
    socket.on('end', onGone);
  });
}
