// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { decodeText } from './text.ts';
import type { Concatenation, Submission } from './submission.ts';
import { concatenationOf, udhLength } from './submission.ts';

/** How often a token was accepted: copies of the whole message, and of each part of a longer one. */
export interface TokenCount {
  readonly token: string;
  /** Accepted submissions; for a message in parts, of the part that came most often. */
  readonly count: number;
  /** Part number to accepted submissions of it; only for messages in parts. */
  readonly parts?: Readonly<Record<string, number>>;
  /** How many parts the message says it has; only for messages in parts. */
  readonly total?: number;
}

interface Parts {
  total: number;
  readonly counts: Map<number, number>;
}

const maxTokens = 2_000_000;
const maxOpenMessages = 50_000;

/**
 * Counts accepted submissions per token in their text. Of a message in parts usually only the first
 * holds the token; the others are counted for the token last seen under the same addresses and
 * reference, and wait (bounded) when they come before it. A token that is cut in two is not found.
 */
export class TokenCounts {
  readonly #whole = new Map<string, number>();
  readonly #parts = new Map<string, Parts>();
  readonly #open = new Map<string, string | Concatenation[]>();
  #pattern: RegExp;
  #overlooked = 0;

  constructor(pattern: string) {
    this.#pattern = new RegExp(pattern, 'gi');
  }

  /** Counts by another pattern from now on; what was counted stays. */
  setPattern(pattern: string): void {
    this.#pattern = new RegExp(pattern, 'gi');
  }

  /** Submissions that were not counted because there were too many tokens. */
  get overlooked(): number {
    return this.#overlooked;
  }

  /** Different tokens seen. */
  get size(): number {
    return this.#whole.size + this.#parts.size;
  }

  add(submission: Submission): void {
    const start = udhLength(submission);
    const octets = start === 0 ? submission.octets : submission.octets.subarray(start);
    const text = decodeText(octets, submission.dataCoding);
    const part = concatenationOf(submission);
    const tokens = text.match(this.#pattern);
    if (part !== undefined) this.#addPart(submission, part, tokens?.[0]);
    else if (tokens !== null) for (const token of tokens) this.#addWhole(token);
  }

  clear(): void {
    this.#whole.clear();
    this.#parts.clear();
    this.#open.clear();
    this.#overlooked = 0;
  }

  /** All tokens in the order they first came, whole messages first. */
  *counts(): Generator<TokenCount> {
    for (const [token, count] of this.#whole) yield { token, count };
    for (const [token, { total, counts }] of this.#parts)
      yield {
        token,
        count: Math.max(...counts.values()),
        parts: Object.fromEntries(counts),
        total,
      };
  }

  #addWhole(token: string): void {
    const count = this.#whole.get(token);
    if (count === undefined && this.size >= maxTokens) this.#overlooked += 1;
    else this.#whole.set(token, (count ?? 0) + 1);
  }

  #addPart(submission: Submission, part: Concatenation, token: string | undefined): void {
    const { source, destination } = submission;
    const key = `${source.address} ${destination.address} ${part.reference} ${part.total}`;
    const known = this.#open.get(key);
    if (token !== undefined) {
      this.#remember(key, token);
      if (Array.isArray(known)) for (const earlier of known) this.#countPart(token, earlier);
      this.#countPart(token, part);
    } else if (typeof known === 'string') this.#countPart(known, part);
    else this.#remember(key, [...(known ?? []), part].slice(-255));
  }

  #remember(key: string, value: string | Concatenation[]): void {
    this.#open.delete(key);
    this.#open.set(key, value);
    if (this.#open.size <= maxOpenMessages) return;
    for (const oldest of this.#open.keys()) {
      this.#open.delete(oldest);
      return;
    }
  }

  #countPart(token: string, part: Concatenation): void {
    let parts = this.#parts.get(token);
    if (parts === undefined) {
      if (this.size >= maxTokens) {
        this.#overlooked += 1;
        return;
      }
      parts = { total: part.total, counts: new Map() };
      this.#parts.set(token, parts);
    }
    parts.total = part.total;
    parts.counts.set(part.number, (parts.counts.get(part.number) ?? 0) + 1);
  }
}
