// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

const warn = 40;

/** The fields that every line has and that the terminal does not need. */
const routine = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'name', 'service', 'v']);

const levelName = (level: number): string =>
  level >= 60 ? 'fatal' : level >= 50 ? 'error' : 'warning';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An error as pino writes it shrinks to its message: the stack is in the log file. */
const shown = (value: unknown): unknown =>
  isObject(value) && typeof value['message'] === 'string' ? value['message'] : value;

const fromJson = (entry: Record<string, unknown>): string | undefined => {
  const level = Number(entry['level']);
  if (!(level >= warn)) return undefined;
  const facts = Object.entries(entry).filter(([name]) => !routine.has(name));
  const text = typeof entry['msg'] === 'string' ? entry['msg'] : '';
  const details = facts.map(([name, value]) => [name, shown(value)] as const);
  const suffix = details.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(details))}`;
  return `${levelName(level)}: ${text}${suffix}`;
};

/** nats-server: `[123] 2026/11/22 07:13:00.000000 [WRN] text`. */
const fromNats = (line: string): string | undefined => {
  const found = /^\[\d+\] \S+ \S+ \[(INF|DBG|TRC|WRN|ERR|FTL)\] (.*)$/.exec(line);
  if (found === null) return line;
  const [, level, text = ''] = found;
  if (level === 'WRN') return `warning: ${text}`;
  return level === 'ERR' || level === 'FTL' ? `error: ${text}` : undefined;
};

/** Where a line was written to. */
export type Output = 'stdout' | 'stderr';

/**
 * What of a service's line belongs on the terminal: warnings and above; undefined for the rest. A line
 * that is no log at all is shown when it came on standard error: a crash's stack, a usage error.
 */
export const notableIn = (line: string, output: Output): string | undefined => {
  if (line.trim() === '') return undefined;
  if (!line.startsWith('{')) return output === 'stderr' ? fromNats(line) : undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return isObject(entry) ? fromJson(entry) : line;
  } catch {
    return line;
  }
};
