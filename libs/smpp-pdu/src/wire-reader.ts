// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Why a body could not be read: the status to answer, and what was wrong, for a log. */
export interface WireFault {
  readonly status: number;
  readonly reason: string;
}

/** What a field needs to be read: its name for the reason, its largest size, its own status. */
export interface FieldLimits {
  readonly name: string;
  readonly max: number;
  readonly status: number;
}

const none = Buffer.alloc(0);

/**
 * A cursor over one PDU. Reading never throws: the first fault is kept and every later read gives
 * an empty value, so a caller checks once at the end.
 */
export class WireReader {
  bytes: Buffer = none;
  offset = 0;
  end = 0;
  /** A cut field gives what is there instead of a fault: for responses. */
  isLenient = false;
  /** TLVs of a wrong length give no fault, also in requests. */
  toleratesTlvs = false;
  fault: WireFault | undefined = undefined;

  /** Puts the cursor behind the header of a frame. */
  start(bytes: Buffer, offset: number, isLenient: boolean): void {
    this.bytes = bytes;
    this.offset = offset;
    this.end = bytes.length;
    this.isLenient = isLenient;
    this.toleratesTlvs = false;
    this.fault = undefined;
  }

  fail(status: number, reason: string): void {
    this.fault ??= { status, reason };
    this.offset = this.end;
  }

  /** One octet; 0 when there is none. */
  uint8(field: FieldLimits): number {
    if (this.offset < this.end) return this.bytes[this.offset++] ?? 0;
    if (!this.isLenient) this.fail(field.status, `${field.name} is missing`);
    return 0;
  }

  /** Four octets, big-endian. */
  uint32(field: FieldLimits): number {
    if (this.offset + 4 <= this.end) {
      this.offset += 4;
      return this.bytes.readUInt32BE(this.offset - 4);
    }
    this.#cutOff(field);
    return 0;
  }

  /** A NUL-terminated string of at most `max` octets, NUL included. */
  cstring(field: FieldLimits): string {
    const { bytes, offset: start } = this;
    const limit = this.isLenient ? this.end : Math.min(this.end, start + field.max);
    let at = start;
    while (at < limit && bytes[at] !== 0) at++;
    if (at >= limit && !this.isLenient) {
      const fits = start + field.max > this.end;
      this.fail(field.status, `${field.name} ${fits ? 'is cut off' : 'is too long'}`);
      return '';
    }
    this.offset = Math.min(at + 1, this.end);
    return at === start ? '' : bytes.toString('latin1', start, at);
  }

  /** Octets behind a length octet: a view, not a copy. */
  octets(field: FieldLimits): Buffer {
    const length = this.uint8(field);
    const from = this.offset;
    if (from + length > this.end) {
      this.#cutOff(field);
      return none;
    }
    this.offset = from + length;
    return length === 0 ? none : this.bytes.subarray(from, from + length);
  }

  #cutOff(field: FieldLimits): void {
    if (this.isLenient) this.offset = this.end;
    else this.fail(field.status, `${field.name} is cut off`);
  }
}
