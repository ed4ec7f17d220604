// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { CarrierHost, Connector } from '@sendium/configuration';

/**
 * Which of a carrier's hosts a link tries next. In stand-by order each begins with the first and goes on
 * to the next when that fails; a link that stood for a while and is lost begins with the first again. In
 * turns, links of neighbouring slots begin at neighbouring hosts, and each attempt goes to the next.
 */
export class CarrierHosts {
  readonly #hosts: readonly CarrierHost[];
  readonly #isStandby: boolean;
  #next: number;

  /**
   * @param slot number of the bind slot that the link is for
   */
  constructor({ hosts, hostOrder }: Pick<Connector, 'hosts' | 'hostOrder'>, slot: number) {
    this.#hosts = hosts;
    this.#isStandby = hostOrder === 'standby';
    this.#next = this.#isStandby ? 0 : slot;
  }

  /** Where to bind now. */
  get current(): CarrierHost {
    const host = this.#hosts[this.#next % this.#hosts.length];
    if (host === undefined) throw new RangeError('A connector has at least one host.');
    return host;
  }

  /** The bind could not be made, or was lost; `wasStable` when it had stood for a while. */
  failed(wasStable: boolean): void {
    this.#next = this.#isStandby && wasStable ? 0 : this.#next + 1;
  }
}
