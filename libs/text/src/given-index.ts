// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Begins a code point that may join the one before it into one composed character. */
const joins = /^(?:\p{M}|[\u1160-\u11ff])/u;

/**
 * From indexes into the normal form C of a text to those into the text as it was given: of the
 * character itself where it is still there, else of the sequence that was composed into it.
 * @param indexes ascending, so that one pass finds all
 */
export function givenIndexes(
  given: string,
  composed: string,
  indexes: readonly number[],
): readonly number[] {
  if (given === composed) return indexes;
  const found: number[] = [];
  let from = given.startsWith('\ufeff') && !composed.startsWith('\ufeff') ? -1 : 0;
  for (const { start, sequence } of sequencesOf(given)) {
    const end = from + sequence.normalize('NFC').length;
    for (let index = indexes[found.length]; index !== undefined && index < end;) {
      const character = String.fromCodePoint(composed.codePointAt(index) ?? 0);
      found.push(start + Math.max(sequence.indexOf(character), 0));
      index = indexes[found.length];
    }
    if (found.length === indexes.length) break;
    from = end;
  }
  return found;
}

/** A text cut where normalising the pieces one by one gives what normalising the whole gives. */
function* sequencesOf(text: string): Generator<{ start: number; sequence: string }> {
  let start = 0;
  let sequence = '';
  for (const codePoint of text) {
    if (sequence !== '' && !joins.test(codePoint)) {
      yield { start, sequence };
      start += sequence.length;
      sequence = '';
    }
    sequence += codePoint;
  }
  if (sequence !== '') yield { start, sequence };
}
