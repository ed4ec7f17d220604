// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a JSON object from a request, or tells why not. In this order, so that as little as possible
 * is done for what will be refused: media type, announced length, length while reading, encoding,
 * JSON. What is being read at the same time by all requests together is bounded, too.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRepeatedHeader } from './exchange.ts';
import type { Refusal } from './problem.ts';
import { hasRepeatedNames } from './repeated-names.ts';

/** A JSON object, or why there is none. */
export type JsonBody =
  | { readonly kind: 'object'; readonly value: object }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The client went away: nobody waits for an answer. */
  | { readonly kind: 'gone' };

const refused = (refusal: Refusal): JsonBody => ({ kind: 'refused', refusal });

/** Octets that a refused body may still have before its connection is closed. */
const maxDiscardedBytes = 4 * 1024 * 1024;
const jsonMediaType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** What all requests together hold of bodies that they still read, in octets. */
export class BodyRoom {
  readonly #maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  take(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.#maxBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

/** Reads the body of at most so many octets. */
export async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
  room: BodyRoom,
  maxBytes: number,
): Promise<JsonBody> {
  const refusal = refusalByHeaders(request, maxBytes);
  if (refusal !== undefined) {
    discard(request);
    return refused(refusal);
  }
  // With a listener for 'checkContinue', asking the client to go on is up to us.
  if (request.headers.expect !== undefined) response.writeContinue();
  const read = await readOctets(request, room, maxBytes);
  if (read.kind !== 'octets') return read;
  return parseObject(read.octets);
}

function refusalByHeaders(request: IncomingMessage, maxBytes: number): Refusal | undefined {
  const { headers } = request;
  const mediaType = headers['content-type'];
  const isJson =
    mediaType === 'application/json' || (mediaType !== undefined && jsonMediaType.test(mediaType));
  const codings = headers['transfer-encoding'] ?? 'chunked';
  const isPlain = headers['content-encoding'] === undefined && /^chunked$/i.test(codings);
  if (!isJson || !isPlain || isRepeatedHeader(request, 'content-type')) {
    return { code: 'unsupported_media_type' };
  }
  const announced = headers['content-length'];
  return announced !== undefined && Number(announced) > maxBytes ? tooLarge(maxBytes) : undefined;
}

const tooLarge = (maxBytes: number): Refusal => ({
  code: 'payload_too_large',
  detail: `The body may have ${maxBytes} octets`,
});

/**
 * Lets the rest of a refused body go by, within bounds: closing at once would reset the connection,
 * and the client, still sending, would never read why.
 */
export function discard(request: IncomingMessage): void {
  if (request.complete) return;
  let discardedBytes = 0;
  request.on('data', (chunk: Buffer) => {
    discardedBytes += chunk.length;
    if (discardedBytes > maxDiscardedBytes) request.destroy();
  });
}

type Octets =
  { readonly kind: 'octets'; readonly octets: Buffer } | Exclude<JsonBody, { kind: 'object' }>;

function readOctets(request: IncomingMessage, room: BodyRoom, maxBytes: number): Promise<Octets> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (result: Octets): void => {
      room.giveBack(bytes);
      bytes = 0;
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      resolve(result);
    };
    const giveUp = (refusal: Refusal): void => {
      settle({ kind: 'refused', refusal });
      discard(request);
    };
    const onData = (chunk: Buffer): void => {
      if (bytes + chunk.length > maxBytes) giveUp(tooLarge(maxBytes));
      else if (!room.take(chunk.length)) giveUp({ code: 'overloaded', retryAfterS: 1 });
      else {
        bytes += chunk.length;
        chunks.push(chunk);
      }
    };
    const onEnd = (): void => {
      const [only] = chunks;
      const octets = only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
      settle({ kind: 'octets', octets });
    };
    const onGone = (): void => settle({ kind: 'gone' });
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

const notAnObject: JsonBody = refused({
  code: 'malformed_json',
  detail: 'The body must be a JSON object',
});

const repeatedNames: JsonBody = refused({
  code: 'malformed_json',
  detail: 'A name stands twice in one object',
});

function parseObject(octets: Buffer): JsonBody {
  if (!isUtf8(octets)) return refused({ code: 'malformed_json', detail: 'The body is not UTF-8' });
  const text = octets.toString();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the body.
    return refused({ code: 'malformed_json' });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return notAnObject;
  return hasRepeatedNames(text, value) ? repeatedNames : { kind: 'object', value };
}
