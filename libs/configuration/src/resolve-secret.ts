// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { SecretReference } from './fields.ts';

/** How a service reads what the document only refers to. */
export interface SecretSource {
  /** The variable's value; undefined when it is not set. */
  env(name: string): string | undefined;
  /** The file's content. Throws when it cannot be read. */
  file(path: string): string;
}

export type ResolvedSecret =
  | { readonly kind: 'resolved'; readonly value: string }
  | { readonly kind: 'missing'; readonly reason: string };

/** Reads a secret; a trailing line end of a file does not count. */
export function resolveSecret(reference: SecretReference, source: SecretSource): ResolvedSecret {
  switch (reference.kind) {
    case 'literal':
      return { kind: 'resolved', value: reference.value };
    case 'env': {
      const value = source.env(reference.name);
      return value === undefined
        ? { kind: 'missing', reason: `the variable ${reference.name} is not set` }
        : { kind: 'resolved', value };
    }
    case 'file':
      return readSecret(reference.path, source);
  }
}

function readSecret(path: string, source: SecretSource): ResolvedSecret {
  try {
    return { kind: 'resolved', value: source.file(path).replace(/\r?\n$/, '') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { kind: 'missing', reason: `the file ${path} cannot be read: ${reason}` };
  }
}
