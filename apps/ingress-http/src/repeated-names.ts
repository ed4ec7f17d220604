// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a name stands twice in an object of a JSON text. JSON.parse keeps the last one without a
 * word, another reader the first: who wrote such a text cannot be sure what was understood.
 *
 * 1. In a text that JSON.parse took, each colon outside of strings belongs to one member.
 * 2. A name that stands twice is one key of the parsed value. So there are repeated names exactly
 *    when there are more such colons than keys.
 * 3. Nothing here recurses: nesting is bounded by the length of the text only.
 */

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** @param text what `value` was parsed from */
export function hasRepeatedNames(text: string, value: unknown): boolean {
  return countMembers(text) !== countKeys(value);
}

function countMembers(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === colon) members += 1;
  }
  return members;
}

/** The index of the quote that ends the string begun at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let first = index;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (index - first) % 2 === 1;
}

function countKeys(value: unknown): number {
  const open: unknown[] = [value];
  let keys = 0;
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const values = Object.values(next);
    if (!Array.isArray(next)) keys += values.length;
    for (const each of values) if (typeof each === 'object') open.push(each);
  }
  return keys;
}
