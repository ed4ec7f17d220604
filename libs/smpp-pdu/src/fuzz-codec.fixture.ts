// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { PduMutator } from '@sendium/testkit';
import { isReceipt, readReceipt } from './carrier-receipt.ts';
import { describeDataCoding } from './data-coding.ts';
import type { DecodedPdu, DecodeOptions } from './decode-pdu.ts';
import { decodePdu } from './decode-pdu.ts';
import { encodePdu, lengthOfPdu } from './encode-pdu.ts';
import { answerToMalformed } from './malformed-answer.ts';
import type { Pdu } from './pdu.ts';
import { isRequest } from './pdu.ts';
import { PduEncodeError } from './pdu-encode-error.ts';
import { PduFramer } from './pdu-framer.ts';
import { parseSmppTime } from './smpp-time.ts';

/** What came of mutated PDUs: both kinds must be many, or the mutations are no test. */
export interface FuzzCounts {
  pdus: number;
  malformed: number;
}

/**
 * What must hold of any octets: decoding does not throw; what is a PDU can be written (a response may
 * hold more than its fields do, it was read leniently) and reads back the same; what is none has an
 * answer that can be written. Throws, with the octets in hex, where that does not hold.
 */
export function checkCodec(bytes: Buffer, counts: FuzzCounts): void {
  try {
    checkOne(bytes, counts, undefined);
    checkOne(bytes, counts, { toleratesTlvs: true });
  } catch (cause) {
    throw new Error(`the codec fails with ${bytes.toString('hex')}`, { cause });
  }
}

function checkOne(bytes: Buffer, counts: FuzzCounts, options: DecodeOptions | undefined): void {
  const decoded = decodePdu(bytes, options);
  if (decoded.kind === 'pdu') {
    counts.pdus += 1;
    checkPdu(decoded.pdu, options);
  } else {
    counts.malformed += 1;
    const answer = answerToMalformed(decoded);
    if (answer !== undefined) encodePdu(answer);
  }
}

function checkPdu(pdu: Pdu, options: DecodeOptions | undefined): void {
  const frame = written(pdu);
  if (frame === undefined) {
    // Whatever else can be had, a request that was taken can be handed on.
    if (isRequest(pdu)) throw new Error('a request cannot be written');
    return;
  }
  if (frame.length !== lengthOfPdu(pdu)) throw new Error('the length is not as announced');
  const again: DecodedPdu = decodePdu(frame, options);
  if (again.kind === 'malformed') throw new Error(`not read back: ${again.reason}`);
  if (!isDeepStrictEqual(again.pdu, pdu)) throw new Error('read back as another PDU');
  readContent(pdu);
}

/** What is read from the fields of a PDU afterwards throws as little. */
function readContent(pdu: Pdu): void {
  if (pdu.command === 'submit_sm') {
    parseSmppTime(pdu.scheduleDeliveryTime);
    parseSmppTime(pdu.validityPeriod);
    describeDataCoding(pdu.dataCoding);
  }
  if ((pdu.command === 'deliver_sm' || pdu.command === 'data_sm') && isReceipt(pdu)) {
    readReceipt(pdu);
  }
}

function written(pdu: Pdu): Buffer | undefined {
  try {
    return encodePdu(pdu);
  } catch (error) {
    if (error instanceof PduEncodeError) return undefined;
    throw error;
  }
}

/** The longest PDU of these tests; a command_length above it is corrupt. */
const maxPduLength = 70_000;

/** What must hold of a framer: the PDUs of any chunks are the PDUs that were sent. */
export function checkFramer(next: PduMutator, count: number): void {
  const sent = Array.from({ length: count }, next);
  const stream = Buffer.concat(sent);
  const framer = new PduFramer(maxPduLength);
  const received: Buffer[] = [];
  for (let from = 0, size = 1; from < stream.length; from += size) {
    size = 1 + ((size * 7) % 211);
    framer.push(stream.subarray(from, from + size));
    for (let frame = framer.next(); frame !== undefined; frame = framer.next())
      received.push(frame);
  }
  if (!isDeepStrictEqual(received, sent)) throw new Error('the framer cuts other PDUs');
}
