// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';

const headOctets = 16;
const maxPduOctets = 16_384;

/** What the package read last, and what it would have choked on. */
export interface GuardedRead {
  /** The body of the latest PDU. */
  body(): Buffer;
}

/**
 * Stands between a socket and the `smpp` package, which reads four octets of length and then the
 * rest. A length that no PDU can have makes the package deaf, or hang, or lose its place: such
 * a length is reported here and never reaches it. The body is kept, because the package gives texts
 * only decoded, and takes cut PDUs for whole ones.
 */
export function guardRead(socket: Socket, onBadLength: () => void): GuardedRead {
  const read = socket.read.bind(socket);
  let body: Buffer = Buffer.alloc(0);
  let wantsLength = true;
  socket.read = (size?: number): unknown => {
    const octets = read(size) as Buffer | null;
    if (octets === null) return null;
    if (!wantsLength) {
      wantsLength = true;
      body = octets.subarray(headOctets - 4);
      return octets;
    }
    const length = octets.length === 4 ? octets.readUInt32BE(0) : 0;
    if (length >= headOctets && length <= maxPduOctets) {
      wantsLength = false;
      return octets;
    }
    onBadLength();
    return null;
  };
  return { body: () => body };
}
