// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { JetStreamApiError, readToEnd, type Bus } from '@sendium/bus';
import { decodeDeadLetter, streams, subjects, type DeadLetter } from '@sendium/contracts';

import { UsageError } from './errors.ts';
import { letterFacts, type LetterFacts } from './letter-facts.ts';

/** A dead letter as it lies in the stream. */
export interface StoredLetter {
  readonly sequence: number;
  readonly storedAtMs: number;
  /** Undefined when the octets are no dead letter at all. */
  readonly letter: DeadLetter | undefined;
  readonly origin: string;
  readonly facts: LetterFacts;
}

/** Which letters are meant; what is left out does not matter. */
export interface LetterFilter {
  readonly origin?: string | undefined;
  readonly account?: string | undefined;
  readonly endpoint?: string | undefined;
}

const noMessageFound = 10_037;
const unreadable: LetterFacts = { content: 'unreadable' };

interface Raw {
  readonly subject: string;
  readonly sequence: number;
  readonly storedAtMs: number;
  readonly octets: Uint8Array;
}

function toStored({ subject, sequence, storedAtMs, octets }: Raw): StoredLetter {
  const origin = subject.slice(subject.indexOf('.') + 1);
  try {
    const letter = decodeDeadLetter(octets);
    return { sequence, storedAtMs, origin, letter, facts: letterFacts(letter) };
  } catch {
    return { sequence, storedAtMs, origin, letter: undefined, facts: unreadable };
  }
}

function isMeant({ facts }: StoredLetter, { account, endpoint }: LetterFilter): boolean {
  if (account !== undefined && facts.account !== account) return false;
  return endpoint === undefined || facts.endpoint === endpoint;
}

/** Hands over every letter that is meant and that the stream holds now, the oldest first. */
export async function eachLetter(
  bus: Bus,
  filter: LetterFilter,
  visit: (stored: StoredLetter) => void,
): Promise<void> {
  const { origin = '*' } = filter;
  await readToEnd(bus, {
    stream: streams.dead,
    subjects: [subjects.dead(origin)],
    start: { kind: 'all' },
    lookAhead: 256,
    onMessage: (message) => {
      const stored = toStored(message);
      if (isMeant(stored, filter)) visit(stored);
    },
  });
}

/** The letter of this sequence; undefined when there is none (any more). */
export async function findLetter(bus: Bus, sequence: number): Promise<StoredLetter | undefined> {
  try {
    const { message } = await bus.api<{
      message: { subject: string; seq: number; time: string; data?: string };
    }>(`STREAM.MSG.GET.${streams.dead}`, { seq: sequence });
    return toStored({
      ...{ subject: message.subject, sequence: message.seq },
      storedAtMs: Date.parse(message.time),
      octets: Buffer.from(message.data ?? '', 'base64'),
    });
  } catch (error) {
    if (error instanceof JetStreamApiError && error.errorCode === noMessageFound) return undefined;
    throw error;
  }
}

/** Takes a letter out of the stream; one that is gone already is none the worse. */
export async function removeLetter(bus: Bus, sequence: number): Promise<void> {
  try {
    await bus.api(`STREAM.MSG.DELETE.${streams.dead}`, { seq: sequence, no_erase: true });
  } catch (error) {
    if (error instanceof JetStreamApiError && (await findLetter(bus, sequence)) === undefined)
      return;
    throw error;
  }
}

/** Reads a sequence as people give it. Throws `UsageError`. */
export function toSequence(text: string): number {
  const sequence = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(sequence) && sequence > 0) return sequence;
  throw new UsageError(`${text} is no sequence of a dead letter: a whole number above 0`);
}
