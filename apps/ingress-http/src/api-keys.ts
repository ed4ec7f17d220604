// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { hash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FollowedConfiguration } from '@sendium/bus';
import {
  resolveSecret,
  type Account,
  type Configuration,
  type SecretSource,
} from '@sendium/configuration';
import type { Logger } from '@sendium/runtime';

interface KnownKey {
  readonly digest: Buffer;
  readonly account: Account;
}

const bearer = /^Bearer +([\x21-\x7e]{1,512})$/i;
const hashForm = /^sha256:([0-9a-f]{64})$/i;

/**
 * Who may use the API. Only digests are known here. A digest that was found is compared in constant
 * time; the look-up itself goes by a digest, which tells nothing about how near a guess was.
 */
export class ApiKeys {
  #keys: ReadonlyMap<string, KnownKey> = new Map();

  /** Knows the keys of the configuration in force, now and after each change. */
  static follow(
    configuration: Pick<FollowedConfiguration, 'current' | 'onChange'>,
    readEnv: SecretSource['env'],
    log: Logger,
  ): ApiKeys {
    const keys = new ApiKeys();
    const source = { env: readEnv, file: (path: string) => readFileSync(path, 'utf8') };
    keys.adopt(configuration.current, source, log);
    configuration.onChange((current) => keys.adopt(current, source, log));
    return keys;
  }

  /** Takes the keys of this configuration from now on. */
  adopt(configuration: Configuration, source: SecretSource, log: Logger): void {
    const keys = new Map<string, KnownKey>();
    for (const account of configuration.accounts.values()) {
      for (const { name, hash: reference } of account.keys) {
        const resolved = resolveSecret(reference, source);
        const digest =
          resolved.kind === 'resolved' ? hashForm.exec(resolved.value)?.[1] : undefined;
        if (digest === undefined) {
          const reason = resolved.kind === 'missing' ? resolved.reason : 'not sha256:<hex>';
          log.warn({ account: account.name, keyName: name, reason }, 'an API key is not usable');
          continue;
        }
        keys.set(digest.toLowerCase(), { digest: Buffer.from(digest, 'hex'), account });
      }
    }
    this.#keys = keys;
  }

  /** The account that an Authorization header names by one of its keys. */
  accountOf(authorization: string | undefined): Account | undefined {
    const key = authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
    if (key === undefined) return undefined;
    const digest = hash('sha256', key);
    const known = this.#keys.get(digest);
    if (known === undefined) return undefined;
    return timingSafeEqual(Buffer.from(digest, 'hex'), known.digest) ? known.account : undefined;
  }
}
