// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { toConfiguration, type Configuration } from './configuration.ts';
import { crossChecks } from './cross-checks.ts';
import { documentSchema } from './document-schema.ts';
import type { ConfigurationProblem } from './problem.ts';

export type ParsedConfiguration =
  | { readonly kind: 'valid'; readonly configuration: Configuration }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigurationProblem[] };

type Path = readonly PropertyKey[];

/**
 * Reads `sendium.yaml`. A document with anything wrong gives every problem with its path, line and reason,
 * and no configuration.
 * @param text the document as YAML 1.2 (of which JSON is a part)
 * @param version the revision it is stored under
 */
export function parseConfiguration(text: string, version = 0): ParsedConfiguration {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (yaml.errors.length > 0) {
    return invalid(
      yaml.errors.map((error) => ({
        path: '',
        line: lines.linePos(error.pos[0]).line,
        reason: error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? 'not YAML',
      })),
    );
  }
  const at = (path: Path, reason: string): ConfigurationProblem => ({
    path: path.map(String).join('.'),
    line: lineOf(yaml, lines, path),
    reason,
  });
  const expanded = expand(yaml);
  if (expanded instanceof Error) return invalid([at([], expanded.message)]);
  const parsed = documentSchema.safeParse(expanded.value);
  if (!parsed.success) {
    return invalid(
      parsed.error.issues.flatMap(toFindings).map(({ path, reason }) => at(path, reason)),
    );
  }
  const findings = crossChecks(parsed.data);
  return findings.length > 0
    ? invalid(findings.map(({ path, reason }) => at(path, reason)))
    : { kind: 'valid', configuration: toConfiguration(parsed.data, version) };
}

/** Aliases that would grow without bound are an error, as are those that name nothing. */
function expand(yaml: Document.Parsed): { readonly value: unknown } | Error {
  try {
    return { value: yaml.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function invalid(problems: readonly ConfigurationProblem[]): ParsedConfiguration {
  return { kind: 'invalid', problems: [...problems].sort((a, b) => a.line - b.line) };
}

function toFindings(issue: z.core.$ZodIssue): readonly { path: Path; reason: string }[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        reason: 'there is no such field',
      }));
    case 'invalid_key':
      return [{ path: issue.path, reason: issue.issues[0]?.message ?? issue.message }];
    case 'invalid_union':
      return [{ path: issue.path, reason: innermost(issue) }];
    default:
      return [{ path: issue.path, reason: issue.message }];
  }
}

function innermost(issue: z.core.$ZodIssueInvalidUnion): string {
  const first = issue.errors.flat().find((inner) => inner.code !== 'invalid_type');
  return first?.message ?? issue.message;
}

/** The line of the value at the path, or of the nearest thing around it that is there. */
function lineOf(yaml: Document.Parsed, lines: LineCounter, path: Path): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = yaml.getIn(path.slice(0, depth), true);
    const start = startOf(node);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const { range } = node as { range?: readonly [number, number, number] | null };
  return range?.[0];
}
