// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** One line of the result. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly peer: string;
  readonly ratio: string;
  readonly budget: string;
  /** Undefined where there is nothing to compare with. */
  readonly isMet: boolean | undefined;
}

const heads = ['case', 'Sendium', 'Kannel', 'ratio', 'budget', ''] as const;

const toCells = (row: Row): readonly string[] => [
  row.what,
  row.measured,
  row.peer,
  row.ratio,
  row.budget,
  row.isMet === undefined ? '' : row.isMet ? 'met' : 'MISSED',
];

/** The rows as a table in Markdown, its columns aligned. */
export function toTable(rows: readonly Row[]): string {
  const cells = [heads, ...rows.map(toCells)];
  const widths = heads.map((_head, column) =>
    Math.max(...cells.map((line) => (line[column] ?? '').length)),
  );
  const toLine = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = '', ...body] = cells.map(toLine);
  return [head, rule, ...body].join('\n');
}
