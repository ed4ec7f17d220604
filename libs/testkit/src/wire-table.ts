// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from './workspace.ts';

/** One short message; octets and header in hexadecimal digits. */
export interface WirePart {
  readonly units: number;
  /** Without the header. */
  readonly octets: string;
  readonly udh?: string;
  readonly sar?: { readonly reference: number; readonly total: number; readonly sequence: number };
  /** In message_payload. */
  readonly payload?: true;
}

/** A text, the settings of its message and its connector, and what goes over the wire for it. */
export interface WireCase {
  readonly name: string;
  readonly text: string;
  readonly options: {
    readonly encoding?: string;
    readonly languages?: readonly string[];
    readonly smart_encoding?: boolean;
    readonly flash?: boolean;
    readonly default_alphabet?: string;
    readonly long_message?: string;
    /** Which the parts below carry. */
    readonly reference: number;
  };
  readonly refused?: { readonly reason: string; readonly at: number };
  readonly encoding: string;
  readonly data_coding: number;
  /** What a reader gets, where that is another text: in normal form C, or with replacements. */
  readonly received?: string;
  readonly replacements?: readonly { position: number; from: string; to: string }[];
  readonly parts: readonly WirePart[];
}

/** The table of texts: each octet of it was checked by a second reading of the specification. */
export function wireTable(): readonly WireCase[] {
  const file = join(workspaceRoot, 'libs/text/vectors/wire.json');
  return JSON.parse(readFileSync(file, 'utf8')) as readonly WireCase[];
}

/** Digits of the reference in a header that begins with a part's number. */
const referenceDigits: Readonly<Record<string, number>> = { '0003': 2, '0804': 4 };

/** A header with another reference; one without a part's number stays as it is. */
export function withReference(udh: string, reference: number): string {
  const digits = referenceDigits[udh.slice(2, 6)];
  if (digits === undefined) return udh;
  const written = reference.toString(16).padStart(4, '0').slice(-digits);
  return udh.slice(0, 6) + written + udh.slice(6 + digits);
}

/** The reference that a header's part number has; undefined without one. */
export function referenceIn(udh: string): number | undefined {
  const digits = referenceDigits[udh.slice(2, 6)];
  return digits === undefined ? undefined : Number.parseInt(udh.slice(6, 6 + digits), 16);
}
