// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** pino's names and numbers of what is worth a look, and what they are called here. */
const shownLevels: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['warn', 'warning'],
  [40, 'warning'],
  ['error', 'error'],
  [50, 'error'],
  ['fatal', 'fatal'],
  [60, 'fatal'],
]);

/** The fields that every line has and that the terminal does not need. */
const routine = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'name', 'service', 'v']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An error as pino writes it shrinks to its message: the stack is in the log file. */
const shown = (value: unknown): unknown =>
  isObject(value) && typeof value['message'] === 'string' ? value['message'] : value;

const sentence = (level: string, entry: Record<string, unknown>): string => {
  const facts = Object.entries(entry).filter(([name]) => !routine.has(name));
  const text = typeof entry['msg'] === 'string' ? entry['msg'] : '';
  const details = facts.map(([name, value]) => [name, shown(value)] as const);
  const suffix = details.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(details))}`;
  return `${level}: ${text}${suffix}`;
};

const parsed = (line: string): Record<string, unknown> | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    return isObject(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
};

/** nats-server: `[123] 2026/11/22 07:13:00.000000 [WRN] text`. */
const fromNats = (line: string): string | undefined => {
  const found = /^\[\d+\] \S+ \S+ \[(INF|DBG|TRC|WRN|ERR|FTL)\] (.*)$/.exec(line);
  if (found === null) return line;
  const [, level, text = ''] = found;
  // The echo of our own question whether it is ready yet.
  if (text.startsWith('Healthcheck failed')) return undefined;
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
  const entry = parsed(line);
  if (entry === undefined) return output === 'stderr' ? fromNats(line) : undefined;
  const level = shownLevels.get(entry['level']);
  return level === undefined ? undefined : sentence(level, entry);
};

/** A log line of any level as people read it, without stacks; other lines as they are. */
export const readable = (line: string): string => {
  const entry = parsed(line);
  if (entry === undefined) return line;
  const { level } = entry;
  return sentence(shownLevels.get(level) ?? (typeof level === 'string' ? level : 'info'), entry);
};
