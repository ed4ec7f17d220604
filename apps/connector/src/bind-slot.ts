// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { BindLoad } from '@sendium/delivery';
import type { Answer, OutgoingRequest } from '@sendium/smpp-link';
import type { Attempt } from './attempt.ts';

/** What the submitter needs of a bound session. */
export interface CarrierSession {
  /** Resolves when the request has come to its end, whichever it is. */
  request(pdu: OutgoingRequest<'submit_sm'>): Promise<Answer<'submit_sm'>>;
  /** Ends the session in order and binds anew. */
  rebind(): void;
}

/**
 * One bind of the connector. The slots of its window outlive its session: one is taken from the submit_sm
 * until the event of its outcome is durable.
 */
export class BindSlot implements BindLoad {
  readonly windowSize: number;
  taken = 0;
  session: CarrierSession | undefined;
  /** The long message whose parts go out over this bind, before anything else does. */
  current: Attempt | undefined;

  constructor(windowSize: number) {
    this.windowSize = windowSize;
  }

  get isReady(): boolean {
    return this.session !== undefined && this.current === undefined;
  }

  get hasRoom(): boolean {
    return this.session !== undefined && this.taken < this.windowSize;
  }
}
