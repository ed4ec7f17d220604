// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Who may bind. Whatever is wrong with the credentials, or with where they come from, is answered in
 * one way, so that nobody learns which of it was wrong.
 */
import type { Logger } from '@sendium/runtime';
import type { BindRequest, BindMode } from '@sendium/smpp-link';
import { commandStatus } from '@sendium/smpp-pdu';
import type { Metrics } from '@sendium/telemetry';
import type { BindPlace, BindPlaces } from './bind-places.ts';
import type { Client, ClientDirectory } from './client-directory.ts';

/** What the desk works with. */
export interface BindDeskParts {
  readonly directory: ClientDirectory;
  readonly places: BindPlaces;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** A client that may bind, with its place; or the status to refuse it with. */
export type BindDecision =
  | {
      readonly kind: 'admitted';
      readonly client: Client;
      readonly mode: BindMode;
      readonly place: BindPlace;
    }
  | { readonly kind: 'refused'; readonly status: number };

type BindFailure = 'credentials' | 'network' | 'bind_type' | 'too_many_binds' | 'unavailable';

/**
 * Too many binds is told apart from the rest: the client is known by then, and one that tries again
 * until a place is free must not be taken for one that guesses.
 */
const statuses: Readonly<Record<BindFailure, number>> = {
  credentials: commandStatus.ESME_RBINDFAIL,
  network: commandStatus.ESME_RBINDFAIL,
  bind_type: commandStatus.ESME_RBINDFAIL,
  too_many_binds: commandStatus.ESME_RALYBND,
  unavailable: commandStatus.ESME_RSYSERR,
};

/** Decides on binds. */
export class BindDesk {
  readonly #parts: BindDeskParts;

  constructor(parts: BindDeskParts) {
    this.#parts = parts;
  }

  /** `onPlaceLost` is called when the client has to go because others have taken its place. */
  async decide(pdu: BindRequest, address: string, onPlaceLost: () => void): Promise<BindDecision> {
    const { directory, places } = this.#parts;
    const client = directory.authenticate(pdu.systemId, pdu.password);
    if (client === undefined) return this.#refuse('credentials', address);
    const { account, smpp, networks } = client;
    if (networks?.has(address) === false) return this.#refuse('network', address, account.name);
    const mode = pdu.command.slice('bind_'.length) as BindMode;
    if (!smpp.bindTypes.includes(mode)) return this.#refuse('bind_type', address, account.name);
    try {
      const request = { account: account.name, maxBinds: smpp.maxBinds, onLost: onPlaceLost };
      const place = await places.take(request);
      if (place === undefined) return this.#refuse('too_many_binds', address, account.name);
      return { kind: 'admitted', client, mode, place };
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'no place for a bind could be taken');
      return this.#refuse('unavailable', address, account.name);
    }
  }

  #refuse(reason: BindFailure, address: string, account?: string): BindDecision {
    const { metrics, log } = this.#parts;
    metrics.counter('sendium_smpp_bind_failures_total', { reason }).inc();
    log.warn({ reason, address, ...(account === undefined ? {} : { account }) }, 'bind refused');
    return { kind: 'refused', status: statuses[reason] };
  }
}
