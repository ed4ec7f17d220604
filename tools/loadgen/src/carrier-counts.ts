// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** How often the carrier accepted each message, by token. */
export interface CarrierCounts {
  readonly counts: ReadonlyMap<string, number>;
  /** Tokens of messages in parts of which the carrier has not accepted each part. */
  readonly incomplete: ReadonlySet<string>;
  /** Accepted submissions beyond the first of each part of each message. */
  readonly duplicates: ReadonlyMap<string, number>;
}

interface LongMessage {
  readonly parts: Readonly<Record<string, number>>;
  readonly total: number;
}

interface Page {
  readonly counts: Readonly<Record<string, number>>;
  readonly parts: Readonly<Record<string, LongMessage>>;
  readonly next: number | null;
  readonly overlooked: number;
}

const pageSize = 50_000;
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Asks the simulated carrier's control for all counts whose token matches. */
export async function fetchCarrierCounts(url: string, pattern: string): Promise<CarrierCounts> {
  const counts = new Map<string, number>();
  const incomplete = new Set<string>();
  const duplicates = new Map<string, number>();
  let after: number | null = 0;
  while (after !== null) {
    const query: string = new URLSearchParams({
      pattern,
      limit: String(pageSize),
      after: String(after),
    }).toString();
    const response: Response = await fetch(new URL(`/submissions/by-token?${query}`, url));
    if (!response.ok) throw new Error(`the carrier's control answered ${response.status}`);
    const page = (await response.json()) as Page;
    if (page.overlooked > 0) throw new Error('the carrier has stopped counting: too many tokens');
    for (const [token, count] of Object.entries(page.counts)) {
      const long = page.parts[token];
      const copies = long === undefined ? [count] : Object.values(long.parts);
      counts.set(token, count);
      if (long !== undefined && copies.length < long.total) incomplete.add(token);
      const extra = sum(copies) - copies.length;
      if (extra > 0) duplicates.set(token, extra);
    }
    after = page.next;
  }
  return { counts, incomplete, duplicates };
}
