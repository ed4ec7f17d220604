// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { redactFields } from './redaction.ts';

/** How much is said, least first. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** One of the levels. */
export type LogLevel = (typeof logLevels)[number];

/** Fields first, a constant sentence second: `log.info({ connector, attempt }, 'link is up')`. */
export type Logger = PinoLogger;

/**
 * One JSON object per line on standard output, redacted.
 *
 * @param options.service goes into every line
 * @param destination somewhere else than standard output, for tests
 */
export function createLogger(
  options: { readonly service: string; readonly level?: LogLevel },
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: redactFields },
      // The formatter above has already described errors.
      serializers: { err: (described: unknown) => described },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
