// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { DemoAccess } from './stack-file.ts';
import { writeAtomically } from './write-atomically.ts';

/** The demo's secrets: made at random at the first start, kept under .sendium/ only. */
export interface Credentials {
  /** The REST key of account demo. */
  readonly key: string;
  readonly smppPassword: string;
  readonly webhookSecret: string;
  readonly simulatorPassword: string;
}

const create = (): Credentials => ({
  key: `demo_${randomBytes(24).toString('base64url')}`,
  // SMPP 3.4, 5.2.2: a password has at most 8 characters.
  smppPassword: randomBytes(6).toString('base64url'),
  webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
  simulatorPassword: randomBytes(6).toString('base64url'),
});

const readExisting = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** The credentials of this state folder; made at random when there are none yet. */
export const loadCredentials = (path: string): Credentials => {
  const existing = readExisting(path);
  const known = existing === undefined ? {} : (JSON.parse(existing) as Partial<Credentials>);
  const credentials = { ...create(), ...known };
  const text = `${JSON.stringify(credentials, null, 2)}\n`;
  if (text !== existing) writeAtomically(path, text);
  return credentials;
};

/** What account demo of deploy/local/sendium.yaml sends with. */
export const demoAccess = ({ key, smppPassword }: Credentials): DemoAccess => ({
  key,
  system_id: 'demo',
  password: smppPassword,
});

/** The variables that deploy/local/sendium.yaml refers to. */
export const demoEnvironment = (credentials: Credentials): Record<string, string> => ({
  SENDIUM_DEMO_KEY_HASH: `sha256:${createHash('sha256').update(credentials.key).digest('hex')}`,
  SENDIUM_DEMO_SMPP_PASSWORD: credentials.smppPassword,
  SENDIUM_DEMO_WEBHOOK_SECRET: credentials.webhookSecret,
  SENDIUM_SIM_PASSWORD: credentials.simulatorPassword,
});
