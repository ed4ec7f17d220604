// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The bind slots of a connector in this process: which it holds, and the links over them.
 *
 * What may be sent follows from what is held: the rate is the share of the open slots, and a process that
 * holds no slot reads nothing, so that what waits goes to its fellows.
 */

import type { Bus, Lease } from '@sendium/bus';
import type { Connector } from '@sendium/configuration';
import type { BindSlot } from './bind-slot.ts';
import { Fellowship } from './fellowship.ts';
import { processIdentity } from './process-identity.ts';
import { SlotKeeper, type SlotState } from './slot-keeper.ts';
import { SlotLinks, type LinkState, type SlotLinksOptions } from './slot-links.ts';

/** What the slots of a connector need, and whom they tell. */
export interface CarrierSlotsOptions {
  readonly bus: Bus;
  readonly producer: string;
  readonly connector: Connector;
  readonly slots: readonly BindSlot[];
  readonly links: SlotLinksOptions;
  /** How many slots are open now: bound, or being bound. */
  readonly onOpenChange: (open: number) => void;
}

/** One slot as it is now. */
export interface SlotReport {
  readonly slot: number;
  readonly state: SlotState;
  readonly inFlight: number;
  readonly windowSize: number;
  readonly links: readonly LinkState[];
}

/** Holds this process's share of the slots, and the links over them. */
export class CarrierSlots implements AsyncDisposable {
  readonly #options: CarrierSlotsOptions;
  readonly #links = new Map<number, SlotLinks>();
  readonly #fellowship: Fellowship;
  readonly #keeper: SlotKeeper;

  constructor(options: CarrierSlotsOptions) {
    this.#options = options;
    const { bus, producer, connector } = options;
    const identity = processIdentity();
    this.#fellowship = new Fellowship({ bus, connector: connector.name, producer, identity });
    this.#keeper = new SlotKeeper({
      ...{ bus, connector: connector.name, slots: connector.binds, identity },
      bindReleaseMs: connector.timers.bindReleaseMs,
      ready: this.#fellowship.heard,
      share: () => this.#fellowship.shareOf(connector.binds),
      onOpen: (index, lease) => {
        this.#open(index, lease);
      },
      close: (index, how) => this.#close(index, how),
    });
  }

  /** Slots that this process holds, open or not. */
  get held(): number {
    return this.#keeper.size;
  }

  /** All slots of the connector as this process sees them. */
  get reports(): readonly SlotReport[] {
    return this.#options.slots.map((slot, index) => ({
      slot: index,
      state: this.#keeper.stateOf(index),
      inFlight: slot.taken,
      windowSize: slot.windowSize,
      links: this.#links.get(index)?.states ?? [],
    }));
  }

  /** Whether a fellow process has lost a link, or itself, since this was last asked. */
  hasFellowLost(): boolean {
    return this.#fellowship.takeLoss();
  }

  /** Tells fellow processes that a link was lost: what its carrier has not seen may come to them. */
  tellLoss(): void {
    this.#fellowship.tellLoss();
  }

  /** Ends every session in order, and binds anew. */
  rebind(): void {
    for (const links of this.#links.values()) links.rebind();
  }

  /** Unbinds in order and gives back every slot. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
    await this.#fellowship[Symbol.asyncDispose]();
  }

  #open(index: number, lease: Lease): void {
    const slot = this.#options.slots[index];
    if (slot === undefined) throw new RangeError(`There is no slot ${index}.`);
    this.#links.set(index, new SlotLinks({ index, slot, lease }, this.#options.links));
    this.#options.onOpenChange(this.#links.size);
  }

  async #close(index: number, how: 'gently' | 'soon'): Promise<void> {
    const links = this.#links.get(index);
    await links?.close(how);
    if (links === undefined || !this.#links.delete(index)) return;
    this.#options.onOpenChange(this.#links.size);
  }
}
