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
import type { BindPlace, BindPlaces, PlaceRequest } from './bind-places.ts';
import { whoIs, type ClientDirectory, type Known } from './client-directory.ts';

/** What the desk works with. */
export interface BindDeskParts {
  readonly directory: ClientDirectory;
  readonly places: BindPlaces;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Who may bind, with its place; or the status to refuse it with. */
export type BindDecision =
  | {
      readonly kind: 'admitted';
      readonly known: Known;
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
    const known = directory.authenticate(pdu.systemId, pdu.password);
    if (known === undefined) return this.#refuse('credentials', address);
    if (known.networks?.has(address) === false) return this.#refuse('network', address, known);
    const mode = pdu.command.slice('bind_'.length) as BindMode;
    if (!mayBindAs(known, mode)) return this.#refuse('bind_type', address, known);
    try {
      const place = await places.take({ ...placeOf(known), onLost: onPlaceLost });
      if (place === undefined) return this.#refuse('too_many_binds', address, known);
      return { kind: 'admitted', known, mode, place };
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'no place for a bind could be taken');
      return this.#refuse('unavailable', address, known);
    }
  }

  #refuse(reason: BindFailure, address: string, known?: Known): BindDecision {
    const { metrics, log } = this.#parts;
    metrics.counter('sendium_smpp_bind_failures_total', { reason }).inc();
    log.warn({ reason, address, ...(known === undefined ? {} : whoIs(known)) }, 'bind refused');
    return { kind: 'refused', status: statuses[reason] };
  }
}

/** Carriers bind as they are used to: whichever way, they give and we take. */
function mayBindAs(known: Known, mode: BindMode): boolean {
  return known.kind === 'carrier' || known.smpp.bindTypes.includes(mode);
}

function placeOf(known: Known): Omit<PlaceRequest, 'onLost'> {
  return known.kind === 'client'
    ? { of: 'account', name: known.account.name, maxBinds: known.smpp.maxBinds }
    : { of: 'carrier', name: known.carrier.name, maxBinds: known.carrier.maxBinds };
}
