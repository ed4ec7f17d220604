// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** What every message of a run says. */
export interface MessageShape {
  readonly from: string;
  /** Follows the token, if there is one. */
  readonly text: string;
  /** Start of every token, for example `#lx3k-`; undefined for texts without tokens. */
  readonly tokenPrefix: string | undefined;
  /** Messages per request; 0 = one per POST to /v1/messages, else a batch. */
  readonly batch: number;
}

/** Where requests go. */
export interface Target {
  readonly host: string;
  readonly key: string;
  /** In front of /v1. */
  readonly basePath: string;
}

/** Digits of a message's number within its token. */
const tokenDigits = 9;
const numberDigits = 3;
/** The thousand numbers that Ofcom keeps for fiction: none is anybody's phone. */
const numberPrefix = '+447700900';
const tokenMark = '\u0001'.repeat(tokenDigits);
const numberMark = '\u0002'.repeat(numberDigits);

/** The token of the message with that number. */
export function toToken(prefix: string, index: number): string {
  return prefix + String(index).padStart(tokenDigits, '0');
}

function toBody(shape: MessageShape): string {
  const to = `${numberPrefix}${numberMark}`;
  const { from, batch, tokenPrefix } = shape;
  const text = tokenPrefix === undefined ? shape.text : `${tokenPrefix}${tokenMark} ${shape.text}`;
  if (batch === 0) return JSON.stringify({ from, to, text });
  const isVaried = tokenPrefix !== undefined;
  const messages = Array.from({ length: batch }, () => (isVaried ? { to, text } : { to }));
  return JSON.stringify({ defaults: isVaried ? { from } : { from, text }, messages });
}

/** Marks as JSON writes them (control characters as six) come back to one octet each. */
const unescapeMarks = (json: string): string =>
  json.replaceAll('\\u0001', '\u0001').replaceAll('\\u0002', '\u0002');

function offsetsOf(octets: Buffer, mark: string): number[] {
  const found: number[] = [];
  for (let at = octets.indexOf(mark); at >= 0; at = octets.indexOf(mark, at + mark.length))
    found.push(at);
  return found;
}

function writeDigits(octets: Buffer, at: number, digits: number, value: number): void {
  let left = value;
  for (let position = at + digits - 1; position >= at; position -= 1) {
    octets[position] = 48 + (left % 10);
    left = Math.floor(left / 10);
  }
}

/**
 * The octets of a request, in which only digits change from one message to the next: nothing is
 * serialised while a load runs. A connection has one of its own, as its request is sent from there.
 */
export class RequestTemplate {
  readonly #octets: Buffer;
  readonly #tokens: readonly number[];
  readonly #numbers: readonly number[];

  constructor(target: Target, shape: MessageShape) {
    const body = Buffer.from(unescapeMarks(toBody(shape)));
    const path = `${target.basePath}/v1/messages${shape.batch === 0 ? '' : '/batch'}`;
    const head =
      `POST ${path} HTTP/1.1\r\nHost: ${target.host}\r\nAuthorization: Bearer ${target.key}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    this.#octets = Buffer.concat([Buffer.from(head, 'latin1'), body]);
    this.#tokens = offsetsOf(this.#octets, tokenMark);
    this.#numbers = offsetsOf(this.#octets, numberMark);
  }

  /** The request whose first message has this number; valid until the next call. */
  fill(first: number): Buffer {
    this.#tokens.forEach((at, n) => writeDigits(this.#octets, at, tokenDigits, first + n));
    this.#numbers.forEach((at, n) => writeDigits(this.#octets, at, numberDigits, first + n));
    return this.#octets;
  }
}
