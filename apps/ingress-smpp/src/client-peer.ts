// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { HandledRequest, RequestAnswer } from '@sendium/smpp-link';
import { isReceiving, type BoundClient } from './bound-client.ts';
import type { BoundPeer } from './bound-peer.ts';
import type { ClientDirectory } from './client-directory.ts';
import type { ClientDeliveries } from './deliveries/client-deliveries.ts';
import type { RequestDesk } from './request-desk.ts';

/** What a client is served by. */
export interface ClientPeerParts {
  readonly requests: RequestDesk;
  readonly deliveries: Pick<ClientDeliveries, 'attach' | 'detach'>;
  readonly directory: ClientDirectory;
}

/** An application that has bound: it submits, and is given reports and SMS. */
export class ClientPeer implements BoundPeer {
  readonly #bound: BoundClient;
  readonly #parts: ClientPeerParts;
  #isReceiving = false;

  constructor(bound: BoundClient, parts: ClientPeerParts) {
    this.#bound = bound;
    this.#parts = parts;
  }

  get who(): BoundPeer['who'] {
    const { account, sessionName: session } = this.#bound;
    return { account: account.name, session };
  }

  get mayStay(): boolean {
    return this.#parts.directory.current(this.#bound.account.name) !== undefined;
  }

  answer(pdu: HandledRequest): Promise<RequestAnswer> {
    return this.#parts.requests.answer(pdu, this.#bound);
  }

  begin(): void {
    if (!isReceiving(this.#bound)) return;
    this.#isReceiving = true;
    this.#parts.deliveries.attach(this.#bound);
  }

  stop(): void {
    if (!this.#isReceiving) return;
    this.#isReceiving = false;
    this.#parts.deliveries.detach(this.#bound);
  }

  ended(): void {
    this.stop();
  }
}
