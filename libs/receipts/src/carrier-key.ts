// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Finding a message by the carrier's own id of it.
 *
 * K1  The key is made once, when the id is given (submit_sm_resp), and kept with the outcome. A receipt
 *     is looked up under every key that its id may stand for. So the index has one entry per part.
 * K2  Keys begin with the group: ids of two carriers never meet, ids over two binds of one do.
 * K3  Where both formats are settled there is exactly one key; `auto` tries the readings that carriers
 *     are known to mix up: case, padding, hexadecimal here and decimal there.
 */

/** How a carrier writes its message ids; `auto` is not known. */
export type IdFormat = 'auto' | 'string' | 'hex' | 'decimal';

/** How a connector's carrier writes ids in submit_sm_resp and in receipts. */
export interface IdFormats {
  readonly response: IdFormat;
  readonly receipt: IdFormat;
}

/** What holds for a connector of which nothing is known. */
export const autoFormats: IdFormats = { response: 'auto', receipt: 'auto' };

/** The key of an id as submit_sm_resp gave it; empty for an empty id. */
export function carrierKey(group: string, id: string, { response }: IdFormats): string {
  return id === '' ? '' : `${group}/${canonical(id, response)}`;
}

/** Every key that the ids of one receipt may stand for, most likely first. */
export function receiptKeys(
  group: string,
  ids: readonly string[],
  formats: IdFormats,
): readonly string[] {
  const keys = new Set<string>();
  for (const id of ids) {
    if (id === '') continue;
    for (const spelling of spellings(id, formats)) {
      keys.add(`${group}/${canonical(spelling, formats.response)}`);
    }
  }
  return [...keys];
}

/** One text for all ways to write the same id in this format. */
function canonical(id: string, format: IdFormat): string {
  switch (format) {
    case 'string':
      return id;
    case 'hex':
      return hexValue(id)?.toString(10) ?? folded(id);
    case 'decimal':
      return decimalValue(id)?.toString(10) ?? folded(id);
    case 'auto':
      return folded(id);
  }
}

/** How the response may have spelled what the receipt spells like this. */
function spellings(id: string, formats: IdFormats): readonly string[] {
  if (formats.receipt === 'string' || formats.response === 'string') return [id];
  if (formats.receipt === 'auto') return [id, ...convertedUnknown(id, formats.response)];
  const value = formats.receipt === 'hex' ? hexValue(id) : decimalValue(id);
  if (value === undefined) return [id];
  const [hex, decimal] = [value.toString(16), value.toString(10)];
  if (formats.response === 'auto')
    return formats.receipt === 'hex' ? [hex, decimal] : [decimal, hex];
  return [formats.response === 'hex' ? hex : decimal];
}

function convertedUnknown(id: string, response: IdFormat): readonly string[] {
  const toDecimal = response === 'hex' ? undefined : hexValue(id)?.toString(10);
  const toHex = response === 'decimal' ? undefined : decimalValue(id)?.toString(16);
  return [toDecimal, toHex].filter((spelling) => spelling !== undefined);
}

function folded(id: string): string {
  return id.toLowerCase().replace(/^0+(?=.)/, '');
}

function hexValue(id: string): bigint | undefined {
  return /^(?:0x)?[0-9a-f]{1,64}$/i.test(id) ? BigInt(/^0x/i.test(id) ? id : `0x${id}`) : undefined;
}

function decimalValue(id: string): bigint | undefined {
  return /^\d{1,64}$/.test(id) ? BigInt(id) : undefined;
}
