// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Account, AccountSmpp } from '@sendium/configuration';
import type { BindMode, SmppSession } from '@sendium/smpp-link';

/** A client that has bound to us, for as long as its session lasts. */
export interface BoundClient {
  /** The account, as the configuration had it at the bind. */
  readonly account: Account;
  /** Its SMPP part, which an account that binds has. */
  readonly smpp: AccountSmpp;
  /** Ends with `session.closed`; `session.request` gives the client a deliver_sm. */
  readonly session: SmppSession;
  /**
   * Unique over all processes and times; in `origin.session` of every message that came over it, so
   * that reports may prefer it.
   */
  readonly sessionName: string;
  readonly mode: BindMode;
  /** interface_version as the client gave it: 0x33 and less know no TLVs, 0x50 is version 5.0. */
  readonly interfaceVersion: number;
}

/** Whether it takes deliver_sm. */
export function isReceiving({ mode }: Pick<BoundClient, 'mode'>): boolean {
  return mode !== 'transmitter';
}
