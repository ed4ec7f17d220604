// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * A record of what became of each request, one line per message:
 *   accepted TOKEN ID        202 was seen
 *   doubt TOKEN              the connection ended without an answer: taken or not, nobody knows
 *   refused TOKEN STATUS     any other answer
 * Lines are written in blocks; `flush` and `close` write what is left. If the writing process itself
 * is killed, the last block is missing and says nothing either way.
 */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const blockCharacters = 65_536;

/** An open ledger; appends. */
export interface Ledger extends Disposable {
  accepted(token: string, id: string): void;
  inDoubt(token: string): void;
  refused(token: string, status: number): void;
  flush(): void;
}

/** Opens a ledger for appending; creates the file. */
export function openLedger(path: string): Ledger {
  const file = openSync(path, 'a');
  let pending = '';
  const flush = () => {
    if (pending !== '') writeSync(file, pending);
    pending = '';
  };
  const add = (line: string) => {
    pending += line;
    if (pending.length >= blockCharacters) flush();
  };
  return {
    accepted: (token, id) => add(`accepted ${token} ${id}\n`),
    inDoubt: (token) => add(`doubt ${token}\n`),
    refused: (token, status) => add(`refused ${token} ${status}\n`),
    flush,
    [Symbol.dispose]() {
      flush();
      closeSync(file);
    },
  };
}

/** What a ledger says. */
export interface LedgerContent {
  /** Token to id. */
  readonly accepted: ReadonlyMap<string, string>;
  readonly inDoubt: ReadonlySet<string>;
  /** Refused and never tried again with success. */
  readonly refused: ReadonlySet<string>;
}

/** Reads a ledger; an unfinished last line is left out. */
export async function readLedger(path: string): Promise<LedgerContent> {
  const accepted = new Map<string, string>();
  const inDoubt = new Set<string>();
  const refused = new Set<string>();
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  for await (const line of lines) {
    const [word, token = '', id] = line.split(' ');
    if (word === 'accepted' && id?.length === 32) accepted.set(token, id);
    else if (word === 'doubt') inDoubt.add(token);
    else if (word === 'refused') refused.add(token);
  }
  for (const token of accepted.keys()) {
    inDoubt.delete(token);
    refused.delete(token);
  }
  for (const token of inDoubt) refused.delete(token);
  return { accepted, inDoubt, refused };
}
