// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FollowedConfiguration } from '@sendium/bus';
import {
  resolveSecret,
  type Account,
  type AccountSmpp,
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

interface KnownClient extends Client {
  readonly digest: Buffer;
}

/** Of a password that nobody has: what an unknown system_id is compared with. */
const nobodysDigest = randomBytes(32);

const digestOf = (password: string): Buffer =>
  Buffer.from(hash('sha256', Buffer.from(password, 'latin1'), 'hex'), 'hex');

/** Who may bind. Only digests of passwords are kept. */
export class ClientDirectory {
  #bySystemId: ReadonlyMap<string, KnownClient> = new Map();
  #byAccount: ReadonlyMap<string, KnownClient> = new Map();

  /** Knows the accounts of the configuration in force, now and after each change. */
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

  /** Takes the accounts of this configuration from now on. */
  adopt(configuration: Configuration, source: SecretSource, log: Logger): void {
    const clients: KnownClient[] = [];
    for (const account of configuration.accounts.values()) {
      const { smpp } = account;
      if (smpp === undefined) continue;
      const resolved = resolveSecret(smpp.password, source);
      if (resolved.kind === 'missing') {
        log.warn({ account: account.name, reason: resolved.reason }, 'an account cannot bind');
        continue;
      }
      const networks = smpp.networks === undefined ? undefined : addressList(smpp.networks);
      clients.push({ account, smpp, networks, digest: digestOf(resolved.value) });
    }
    this.#bySystemId = new Map(clients.map((client) => [client.smpp.systemId, client]));
    this.#byAccount = new Map(clients.map((client) => [client.account.name, client]));
  }

  /** The client with these credentials. An unknown system_id costs as much time as a wrong password. */
  authenticate(systemId: string, password: string): Client | undefined {
    const known = this.#bySystemId.get(systemId);
    const isRight = timingSafeEqual(digestOf(password), known?.digest ?? nobodysDigest);
    return isRight ? known : undefined;
  }

  /** Messages a second that the account may send; 0 is no limit. */
  rateOf(account: string): number {
    return this.#byAccount.get(account)?.account.ratePerSecond ?? 0;
  }

  /** The account as it is now; undefined when it may not bind any more. */
  current(account: string): Client | undefined {
    return this.#byAccount.get(account);
  }
}
