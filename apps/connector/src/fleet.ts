// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util';
import type { Configuration, Connector } from '@sendium/configuration';
import type { FollowedConfiguration } from '@sendium/bus';
import { CarrierConnector, type ConnectorWork } from './carrier-connector.ts';

/** What the fleet is made of. */
export interface FleetOptions extends ConnectorWork {
  readonly configuration: FollowedConfiguration;
  /** The connectors that this process carries; undefined for all. */
  readonly names: readonly string[] | undefined;
}

/**
 * The connectors of this process, as the configuration says. One whose settings change is ended in order
 * and begun anew; one that is gone gives back what it has in hand, and the router takes the rest.
 */
export class Fleet implements AsyncDisposable {
  readonly #options: FleetOptions;
  readonly #running = new Map<string, CarrierConnector>();
  readonly #unsubscribe: () => void;
  #changing: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    const { configuration, metrics } = options;
    metrics.beforeRender(() => {
      for (const connector of this.#running.values()) connector.observe();
    });
    this.#unsubscribe = configuration.onChange((changed) => this.#adoptSoon(changed));
    this.#adoptSoon(configuration.current);
  }

  /** The connectors that run now. */
  get connectors(): readonly CarrierConnector[] {
    return [...this.#running.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#unsubscribe();
    await this.#changing;
    await Promise.all([...this.#running.keys()].map((name) => this.#end(name)));
  }

  /** One change after the other. */
  #adoptSoon(configuration: Configuration): void {
    this.#changing = this.#changing
      .then(() => this.#adopt(configuration))
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'the connectors could not be changed');
      });
  }

  async #adopt(configuration: Configuration): Promise<void> {
    if (this.#isStopping) return;
    const wanted = this.#wanted(configuration);
    const stale = [...this.#running.values()].filter(
      ({ settings }) => !isDeepStrictEqual(settings, wanted.get(settings.name)),
    );
    await Promise.all(stale.map(({ settings }) => this.#end(settings.name)));
    for (const [name, settings] of wanted) {
      if (this.#running.has(name)) continue;
      this.#options.log.info({ connector: name, binds: settings.binds }, 'connector begins');
      this.#running.set(name, new CarrierConnector(settings, this.#options));
    }
  }

  #wanted({ connectors }: Configuration): ReadonlyMap<string, Connector> {
    const { names, log } = this.#options;
    if (names === undefined) return connectors;
    const wanted = new Map<string, Connector>();
    for (const name of names) {
      const settings = connectors.get(name);
      if (settings === undefined) log.warn({ connector: name }, 'there is no such connector');
      else wanted.set(name, settings);
    }
    return wanted;
  }

  async #end(name: string): Promise<void> {
    const connector = this.#running.get(name);
    this.#options.log.info({ connector: name }, 'connector ends');
    await connector?.[Symbol.asyncDispose]();
    this.#running.delete(name);
  }
}
