// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** A whole HTTP/1.1 response. */
export interface HttpResponse {
  readonly status: number;
  readonly body: Buffer;
  /** From Retry-After in seconds; undefined without one. */
  readonly retryAfterMs: number | undefined;
  /** The server keeps the connection. */
  readonly isKeptAlive: boolean;
}

const endOfHead = Buffer.from('\r\n\r\n');
const endOfLine = Buffer.from('\r\n');
const noOctets = Buffer.alloc(0);

/** What came but is no HTTP/1.1 response. */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
}

interface Body {
  readonly octets: Buffer;
  /** Offset behind it. */
  readonly end: number;
}

function readChunks(octets: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = [];
  let at = start;
  for (;;) {
    const line = octets.indexOf(endOfLine, at);
    if (line < 0) return undefined;
    const size = parseInt(octets.toString('latin1', at, line), 16);
    if (!Number.isSafeInteger(size)) throw new ResponseError('a chunk without a size');
    const next = line + 2 + size + 2;
    if (next > octets.length) return undefined;
    if (size === 0) return { octets: Buffer.concat(chunks), end: next };
    chunks.push(octets.subarray(line + 2, line + 2 + size));
    at = next;
  }
}

function readBody(octets: Buffer, start: number, head: string): Body | undefined {
  const [, digits] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
  if (digits === undefined && /\r\ntransfer-encoding: *chunked/i.test(head))
    return readChunks(octets, start);
  const end = start + Number(digits ?? 0);
  return end > octets.length ? undefined : { octets: octets.subarray(start, end), end };
}

/**
 * Puts the responses of one connection together, one at a time. It knows what servers answer to a
 * JSON POST or GET (Content-Length or chunked, no trailers) and nothing more: a general parser costs
 * several times as much, on the machine that is being measured.
 */
export class ResponseReader {
  #rest: Buffer = noOctets;

  /** Takes what was read; gives the response once it is whole. Throws `ResponseError`. */
  take(chunk: Buffer): HttpResponse | undefined {
    const octets = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = octets;
    const endHead = octets.indexOf(endOfHead);
    if (endHead < 0) {
      if (octets.length > 65_536) throw new ResponseError('a head of more than 64 KiB');
      return undefined;
    }
    const head = octets.toString('latin1', 0, endHead);
    if (!head.startsWith('HTTP/1.1 ')) throw new ResponseError('not HTTP/1.1');
    const body = readBody(octets, endHead + 4, head);
    if (body === undefined) return undefined;
    this.#rest = body.end === octets.length ? noOctets : octets.subarray(body.end);
    const status = Number(head.slice(9, 12));
    if (status < 200) return this.take(noOctets);
    return {
      status,
      body: body.octets,
      retryAfterMs: status === 429 || status === 503 ? toRetryAfter(head) : undefined,
      isKeptAlive: !/\r\nconnection: *close/i.test(head),
    };
  }

  /** Forgets an unfinished response. */
  clear(): void {
    this.#rest = noOctets;
  }
}

function toRetryAfter(head: string): number | undefined {
  const [, seconds] = /\r\nretry-after: *(\d+)/i.exec(head) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}
