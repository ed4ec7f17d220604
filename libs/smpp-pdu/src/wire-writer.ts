// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { PduEncodeError } from './pdu-encode-error.ts';
import type { FieldLimits } from './wire-reader.ts';

/**
 * Writes fields one after another into a buffer that is known to be large enough (`lengthOfPdu`).
 * An absent value is written as zero or empty. A value that does not fit its field is the caller's
 * mistake and throws `PduEncodeError`: cut or escaped it would be another message.
 */
export class WireWriter {
  bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.bytes = bytes;
    this.offset = offset;
  }

  uint8(value: number | undefined, name: string): void {
    if (value === undefined) value = 0;
    if ((value & 0xff) !== value) throw new PduEncodeError(name, 'is no octet');
    this.bytes[this.offset++] = value;
  }

  uint16(value: number, name: string): void {
    if ((value & 0xffff) !== value) throw new PduEncodeError(name, 'is no 16-bit number');
    this.bytes[this.offset] = value >>> 8;
    this.bytes[this.offset + 1] = value & 0xff;
    this.offset += 2;
  }

  uint32(value: number, name: string): void {
    if (value >>> 0 !== value) throw new PduEncodeError(name, 'is no 32-bit number');
    this.bytes[this.offset] = value >>> 24;
    this.bytes[this.offset + 1] = (value >>> 16) & 0xff;
    this.bytes[this.offset + 2] = (value >>> 8) & 0xff;
    this.bytes[this.offset + 3] = value & 0xff;
    this.offset += 4;
  }

  /** A string and its NUL. */
  cstring(value: string | undefined, field: FieldLimits): void {
    const { bytes } = this;
    let at = this.offset;
    if (value !== undefined) {
      if (value.length >= field.max) throw new PduEncodeError(field.name, 'is too long');
      for (let index = 0; index < value.length; index++) {
        const code = value.charCodeAt(index);
        if (code === 0 || code > 0xff) throw new PduEncodeError(field.name, 'is not Latin-1');
        bytes[at++] = code;
      }
    }
    bytes[at] = 0;
    this.offset = at + 1;
  }

  /** A length octet and the octets. */
  octets(value: Buffer | undefined, field: FieldLimits): void {
    const length = value === undefined ? 0 : value.length;
    if (length > field.max) throw new PduEncodeError(field.name, 'is too long');
    this.bytes[this.offset++] = length;
    if (value !== undefined) this.raw(value);
  }

  /** Octets as they are. */
  raw(value: Buffer): void {
    this.bytes.set(value, this.offset);
    this.offset += value.length;
  }
}
