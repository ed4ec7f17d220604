// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** One thing wrong with the document, and where. */
export interface ConfigurationProblem {
  /** For example `connectors.sim.port`; empty for the document itself. */
  readonly path: string;
  /** 1-based; of the value, or of the nearest thing around it that is there. */
  readonly line: number;
  readonly reason: string;
}

/** The problems as people read them, one a line. */
export function describeProblems(problems: readonly ConfigurationProblem[]): string {
  return problems
    .map(({ path, line, reason }) => `line ${line}: ${path === '' ? 'document' : path}: ${reason}`)
    .join('\n');
}
