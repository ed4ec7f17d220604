// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Begins a code point that may join the one before it into one composed character. */
const joins = /^(?:\p{M}|[\u1160-\u11ff])/u;

/**
 * From an index into the normal form C of a text to the one into the text as it was given: of the
 * character itself where it is still there, else of the sequence that was composed into it.
 */
export function givenIndex(given: string, composed: string, index: number): number {
  if (given === composed) return index;
  let composedLength = given.startsWith('\ufeff') && !composed.startsWith('\ufeff') ? -1 : 0;
  for (const { start, sequence } of sequencesOf(given)) {
    const form = sequence.normalize('NFC');
    if (index < composedLength + form.length) {
      const character = String.fromCodePoint(composed.codePointAt(index) ?? 0);
      return start + Math.max(sequence.indexOf(character), 0);
    }
    composedLength += form.length;
  }
  return given.length;
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
