// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FollowedConfiguration } from '@sendium/bus';
import {
  resolveSecret,
  type Account,
  type AccountSmpp,
  type Carrier,
  type Configuration,
  type SecretSource,
} from '@sendium/configuration';
import type { Logger } from '@sendium/runtime';
import { addressList, type AddressList } from '@sendium/smpp-link';

/** An account that may bind. */
export interface Client {
  readonly account: Account;
  readonly smpp: AccountSmpp;
  /** From where; undefined for everywhere. */
  readonly networks: AddressList | undefined;
}

/** A carrier that may bind. */
export interface CarrierClient {
  readonly carrier: Carrier;
  /** From where; undefined for everywhere. */
  readonly networks: AddressList | undefined;
}

/** Whoever may bind. */
export type Known =
  ({ readonly kind: 'client' } & Client) | ({ readonly kind: 'carrier' } & CarrierClient);

interface Entry {
  readonly systemId: string;
  readonly digest: Buffer;
  readonly known: Known;
}

/** Of a password that nobody has: what an unknown system_id is compared with. */
const nobodysDigest = randomBytes(32);

const digestOf = (password: string): Buffer =>
  Buffer.from(hash('sha256', Buffer.from(password, 'latin1'), 'hex'), 'hex');

/** Who may bind. Only digests of passwords are kept. */
export class ClientDirectory {
  #bySystemId: ReadonlyMap<string, Entry> = new Map();
  #byAccount: ReadonlyMap<string, Client> = new Map();
  #carriers: ReadonlyMap<string, Carrier> = new Map();

  /** Knows the accounts and carriers of the configuration in force, now and after each change. */
  static follow(
    configuration: Pick<FollowedConfiguration, 'current' | 'onChange'>,
    readEnv: SecretSource['env'],
    log: Logger,
  ): ClientDirectory {
    const directory = new ClientDirectory();
    const source = { env: readEnv, file: (path: string) => readFileSync(path, 'utf8') };
    directory.adopt(configuration.current, source, log);
    configuration.onChange((current) => directory.adopt(current, source, log));
    return directory;
  }

  /** Takes the accounts and carriers of this configuration from now on. */
  adopt({ accounts, carriers }: Configuration, source: SecretSource, log: Logger): void {
    const wanted = [
      ...[...accounts.values()].flatMap((account) => toClient(account)),
      ...[...carriers.values()].map((carrier) => toCarrierClient(carrier)),
    ];
    const entries: Entry[] = [];
    for (const known of wanted) {
      const { systemId, password } = known.kind === 'client' ? known.smpp : known.carrier;
      const resolved = resolveSecret(password, source);
      if (resolved.kind === 'resolved') {
        entries.push({ systemId, known, digest: digestOf(resolved.value) });
      } else
        log.warn(
          { ...whoIs(known), reason: resolved.reason },
          'one that cannot bind: its password is missing',
        );
    }
    this.#bySystemId = new Map(entries.map((entry) => [entry.systemId, entry]));
    const known = entries.map((entry) => entry.known);
    this.#byAccount = new Map(
      known.flatMap((each) => (each.kind === 'client' ? [[each.account.name, each]] : [])),
    );
    this.#carriers = new Map(
      known.flatMap((each) => (each.kind === 'carrier' ? [[each.carrier.name, each.carrier]] : [])),
    );
  }

  /** Who has these credentials. An unknown system_id costs as much time as a wrong password. */
  authenticate(systemId: string, password: string): Known | undefined {
    const entry = this.#bySystemId.get(systemId);
    const isRight = timingSafeEqual(digestOf(password), entry?.digest ?? nobodysDigest);
    return isRight ? entry?.known : undefined;
  }

  /** Messages a second that the account may send; 0 is no limit. */
  rateOf(account: string): number {
    return this.#byAccount.get(account)?.account.ratePerSecond ?? 0;
  }

  /** The account as it is now; undefined when it may not bind any more. */
  current(account: string): Client | undefined {
    return this.#byAccount.get(account);
  }

  /** The carriers that may bind now, by name. */
  get carriers(): ReadonlyMap<string, Carrier> {
    return this.#carriers;
  }
}

/** Whose it is, for logs. */
export function whoIs(known: Known): { readonly account: string } | { readonly carrier: string } {
  return known.kind === 'client'
    ? { account: known.account.name }
    : { carrier: known.carrier.name };
}

function toClient(account: Account): readonly Known[] {
  const { smpp } = account;
  if (smpp === undefined) return [];
  return [{ kind: 'client', account, smpp, networks: listOf(smpp.networks) }];
}

function toCarrierClient(carrier: Carrier): Known {
  return { kind: 'carrier', carrier, networks: listOf(carrier.networks) };
}

function listOf(networks: readonly string[] | undefined): AddressList | undefined {
  return networks === undefined ? undefined : addressList(networks);
}
