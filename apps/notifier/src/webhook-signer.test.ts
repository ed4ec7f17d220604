// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { isWebhookSecret } from '@sendium/configuration';
import { Webhook } from 'standardwebhooks';
import { createWebhookSigner } from './webhook-signer.ts';

const hmac = (fill: number, length = 24): string =>
  `whsec_${Buffer.alloc(length, fill).toString('base64')}`;
const body = '{"type":"message.delivered","data":{"text":"Grüße 👋"}}';
const now = Math.floor(Date.now() / 1000);
const headersOf = (signature: string): Record<string, string> => ({
  'webhook-id': 'abc-delivered',
  'webhook-timestamp': String(now),
  'webhook-signature': signature,
});

test.each([24, 32, 64])('the reference implementation accepts a secret of %i octets', (length) => {
  const secret = hmac(3, length);
  const headers = headersOf(createWebhookSigner([secret])('abc-delivered', now, body));
  expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('signature');
  expect(() => new Webhook(hmac(4, length)).verify(body, headers)).toThrow('signature');
});

test('while secrets change, each of the two is enough to verify', () => {
  const [before, after] = [hmac(1), hmac(2)];
  const headers = headersOf(createWebhookSigner([after, before])('abc-delivered', now, body));
  for (const secret of [before, after]) new Webhook(secret).verify(body, headers);
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
});

test('an ed25519 key signs v1a, be it a seed or a seed with its public key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = privateKey.export({ format: 'jwk' });
  const seed = Buffer.from(jwk.d ?? '', 'base64url');
  const open = Buffer.from(jwk.x ?? '', 'base64url');
  for (const octets of [seed, Buffer.concat([seed, open])]) {
    const secret = `whsk_${octets.toString('base64')}`;
    expect(isWebhookSecret(secret)).toBe(true);
    const signature = createWebhookSigner([secret, hmac(1)])('abc-delivered', now, body);
    const [asymmetric = '', symmetric = ''] = signature.split(' ');
    expect(asymmetric).toMatch(/^v1a,/);
    const signed = Buffer.from(asymmetric.slice(4), 'base64');
    const content = Buffer.from(`abc-delivered.${now}.${body}`);
    expect(
      verify(
        null,
        content,
        createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })),
        signed,
      ),
    ).toBe(true);
    expect(verify(null, Buffer.from(`abc.${now}.${body}`), publicKey, signed)).toBe(false);
    new Webhook(hmac(1)).verify(body, headersOf(symmetric));
  }
});
