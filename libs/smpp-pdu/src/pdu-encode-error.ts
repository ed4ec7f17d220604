// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** A PDU that cannot be written: a field that does not fit. The caller's mistake, never a peer's. */
export class PduEncodeError extends Error {
  override readonly name = 'PduEncodeError';
  /** The field or TLV that does not fit. */
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.field = field;
  }
}
