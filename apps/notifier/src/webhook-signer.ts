// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createHmac, createPrivateKey, sign as signWith, type KeyObject } from 'node:crypto';

/** Signs one call: the value of `webhook-signature` (Standard Webhooks 1.0.0). */
export type WebhookSigner = (id: string, timestampSeconds: number, body: string) => string;

/** What stands before an ed25519 seed in PKCS #8 (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedLength = 32;

/**
 * A signer with all of these secrets, so that a receiver may know either of two while one takes the place
 * of the other: `whsec_` signs by HMAC-SHA256 (v1), `whsk_` by ed25519 (v1a). Each must have passed
 * `isWebhookSecret`.
 */
export function createWebhookSigner(secrets: readonly string[]): WebhookSigner {
  const signers = secrets.map(signerOf);
  return (id, timestampSeconds, body) => {
    const content = `${id}.${timestampSeconds}.${body}`;
    return signers.map((sign) => sign(content)).join(' ');
  };
}

function signerOf(secret: string): (content: string) => string {
  const octets = Buffer.from(secret.slice(secret.indexOf('_') + 1), 'base64');
  if (secret.startsWith('whsec_')) {
    return (content) => `v1,${createHmac('sha256', octets).update(content).digest('base64')}`;
  }
  const key = signingKey(octets);
  return (content) => `v1a,${signWith(null, Buffer.from(content), key).toString('base64')}`;
}

/** The seed alone, or with the public key behind it. */
function signingKey(octets: Buffer): KeyObject {
  const der = Buffer.concat([pkcs8Prefix, octets.subarray(0, seedLength)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
