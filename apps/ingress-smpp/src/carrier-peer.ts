// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { CloseReason, HandledRequest, RequestAnswer } from '@sendium/smpp-link';
import { commandStatus } from '@sendium/smpp-pdu';
import type { BoundPeer } from './bound-peer.ts';
import type { CarrierDesk } from './carrier-desk.ts';

/** A carrier that has bound: it gives SMS from mobiles and receipts. */
export class CarrierPeer implements BoundPeer {
  readonly carrier: string;
  readonly #session: string;
  readonly #desk: CarrierDesk;

  constructor(carrier: string, session: string, desk: CarrierDesk) {
    this.carrier = carrier;
    this.#session = session;
    this.#desk = desk;
  }

  get who(): BoundPeer['who'] {
    return { carrier: this.carrier, session: this.#session };
  }

  get mayStay(): boolean {
    return this.#desk.knows(this.carrier);
  }

  answer(pdu: HandledRequest): Promise<RequestAnswer> {
    switch (pdu.command) {
      case 'deliver_sm':
      case 'data_sm':
      case 'submit_sm':
        return this.#desk.answer(pdu, this.carrier, this);
      default:
        return Promise.resolve(commandStatus.ESME_RINVCMDID);
    }
  }

  begin(): void {
    this.#desk.begin(this.carrier);
  }

  stop(): void {
    // It is given nothing.
  }

  ended({ kind }: CloseReason): void {
    this.#desk.ended(this.carrier, this, kind === 'unbound');
  }
}
