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
  taken = 0;
  /** Of the window: less than 1 while the carrier says that it is congested. */
  windowShare = 1;
  /** Nothing new goes out over it; what is on its way comes to its end. */
  isLeaving = false;
  session: CarrierSession | undefined;
  /** The long message whose parts go out over this bind, before anything else does. */
  current: Attempt | undefined;

  readonly #fullWindow: number;

  constructor(windowSize: number) {
    this.#fullWindow = windowSize;
  }

  get windowSize(): number {
    return Math.max(1, Math.floor(this.#fullWindow * this.windowShare));
  }

  get isReady(): boolean {
    return this.session !== undefined && this.current === undefined && !this.isLeaving;
  }

  /** Whether nothing of it is on its way, nor has to follow over it. */
  get isIdle(): boolean {
    return this.taken === 0 && this.current === undefined;
  }

  get hasRoom(): boolean {
    return this.session !== undefined && this.taken < this.windowSize;
  }
}
