// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Submission, Tlv } from './submission.ts';
import { tags } from './submission.ts';

const noOctets = Buffer.alloc(0);

/** Reads fields one after the other; `isCut` once one reached beyond the end. */
class Fields {
  readonly #octets: Buffer;
  readonly #end: number;
  #at: number;
  isCut = false;

  constructor(octets: Buffer, start: number, end: number) {
    this.#octets = octets;
    this.#at = start;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  octet(): number {
    if (this.#at >= this.#end) this.isCut = true;
    return this.#octets[this.#at++] ?? 0;
  }

  text(): string {
    // Most of these fields are empty: a call for each would cost more than all the others.
    if (this.#octets[this.#at] === 0) {
      this.#at += 1;
      return '';
    }
    const end = this.#octets.indexOf(0, this.#at);
    if (end < 0 || end >= this.#end) {
      this.isCut = true;
      return '';
    }
    const text = this.#octets.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  slice(length: number): Buffer {
    if (length > this.left) {
      this.isCut = true;
      return noOctets;
    }
    this.#at += length;
    return this.#octets.subarray(this.#at - length, this.#at);
  }

  tlvs(): Tlv[] {
    const found: Tlv[] = [];
    while (this.left >= 4) {
      const head = this.slice(4);
      found.push({ tag: head.readUInt16BE(0), value: this.slice(head.readUInt16BE(2)) });
    }
    return found;
  }
}

/**
 * Reads the body of a submit_sm between two offsets (SMPP 3.4, 4.4.1); undefined when a field, the
 * text or a TLV reaches beyond its end. One to three octets after the last field are ignored.
 */
export function readSubmitSm(
  octets: Buffer,
  start: number,
  end: number,
  sequence: number,
): Submission | undefined {
  const fields = new Fields(octets, start, end);
  const serviceType = fields.text();
  const source = { ton: fields.octet(), npi: fields.octet(), address: fields.text() };
  const destination = { ton: fields.octet(), npi: fields.octet(), address: fields.text() };
  const esmClass = fields.octet();
  const protocolId = fields.octet();
  const priority = fields.octet();
  const scheduleTime = fields.text();
  const validityPeriod = fields.text();
  const registeredDelivery = fields.octet();
  const replaceIfPresent = fields.octet();
  const dataCoding = fields.octet();
  fields.octet(); // sm_default_msg_id: there are no canned messages
  const shortMessage = fields.slice(fields.octet());
  const tlvs = fields.left >= 4 && !fields.isCut ? fields.tlvs() : [];
  if (fields.isCut) return undefined;
  const payload = tlvs.find(({ tag }) => tag === tags.messagePayload)?.value;
  return {
    sequence,
    serviceType,
    source,
    destination,
    esmClass,
    protocolId,
    priority,
    scheduleTime,
    validityPeriod,
    registeredDelivery,
    replaceIfPresent,
    dataCoding,
    octets: shortMessage.length > 0 ? shortMessage : (payload ?? noOctets),
    tlvs,
  };
}
