// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../vectors/', import.meta.url);

/** The octets of all golden vectors: good PDUs, receipts, and what is none. */
export function fuzzSeeds(): readonly Buffer[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const { vectors } = JSON.parse(text) as {
      readonly vectors: readonly { readonly hex: string }[];
    };
    return vectors.map(({ hex }) => Buffer.from(hex, 'hex'));
  });
}
