// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isName } from '@sendium/message';
import { z } from 'zod';

/** Names of accounts, connectors and groups: they become tokens of subjects. */
export const name = z
  .string()
  .refine(isName, 'must be 1 to 64 letters, digits, hyphens or underscores')
  .describe('1 to 64 letters, digits, hyphens or underscores');

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const durationPattern = /^(\d{1,9})(ms|s|m|h|d)$/;

/** A duration such as `500ms`, `30s`, `5m`, `72h`, `7d`; comes out in milliseconds. */
export function duration(minMs: number, maxMs: number) {
  return z
    .string()
    .regex(durationPattern, 'must be a duration such as 500ms, 30s, 5m, 72h or 7d')
    .transform(toMs)
    .refine(
      (ms) => ms >= minMs && ms <= maxMs,
      `must be between ${shown(minMs)} and ${shown(maxMs)}`,
    )
    .describe(`duration, ${shown(minMs)} to ${shown(maxMs)}`);
}

function toMs(text: string): number {
  const [, count = '0', unit = 'ms'] = durationPattern.exec(text) ?? [];
  return Number(count) * (units[unit] ?? 1);
}

function shown(ms: number): string {
  const unit =
    ['d', 'h', 'm', 's', 'ms'].find((candidate) => ms % (units[candidate] ?? 1) === 0) ?? 'ms';
  return `${ms / (units[unit] ?? 1)}${unit}`;
}

/**
 * A secret: `${env:NAME}` or `${file:/path}`, read by the service that needs it when it needs it. A literal
 * is accepted for peers whose password is no secret, such as a simulator.
 */
export type SecretReference =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'literal'; readonly value: string };

const referencePattern = /^\$\{(env|file):([^}]+)\}$/;

/** The field that holds a secret. */
export const secret = z
  .string()
  .min(1, 'must not be empty')
  .refine((text) => !text.startsWith('${') || referencePattern.test(text), {
    message: 'must be ${env:NAME}, ${file:/path} or a literal',
  })
  .transform(toReference)
  .describe('secret: `${env:NAME}` or `${file:/path}`');

function toReference(text: string): SecretReference {
  const [, kind, target] = referencePattern.exec(text) ?? [];
  if (kind === 'env' && target !== undefined) return { kind, name: target };
  if (kind === 'file' && target !== undefined) return { kind, path: target };
  return { kind: 'literal', value: text };
}

/** An IPv4 or IPv6 network in CIDR form. */
export const network = z.union([z.cidrv4(), z.cidrv6()], 'must be a network such as 10.0.0.0/8');

/** A TCP port. */
export const port = z.int().min(1).max(65_535);
