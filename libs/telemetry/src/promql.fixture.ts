// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** What a PromQL expression refers to: enough of its grammar to find metrics and labels. */
export interface Referred {
  /** Each metric with the labels that it is selected by. */
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** Labels of by, on, ignoring and the like. */
  readonly grouping: readonly string[];
}

const words = new Set(['and', 'or', 'unless', 'bool', 'inf', 'nan', 'by', 'without', 'on']);

/** Metrics and labels of an expression. */
export function referredBy(expression: string): Referred {
  const grouping: string[] = [];
  const metrics: { name: string; labels: string[] }[] = [];
  const plain = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\boffset\s+\w+/g, '')
    .replaceAll(
      /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g,
      (_, list: string) => {
        grouping.push(...list.split(',').map((label) => label.trim()));
        return '';
      },
    );
  for (const [, name = '', labels = '', call] of plain.matchAll(
    /(?<![\w.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(\s*\()?/g,
  )) {
    if (call !== undefined || words.has(name.toLowerCase())) continue;
    const named = [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
    metrics.push({ name, labels: named });
  }
  return { metrics, grouping: grouping.filter((label) => label !== '') };
}
