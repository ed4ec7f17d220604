// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Where the bus reports what an operator should know; a pino logger fits. Never holds contents. */
export interface BusLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. */
export const silentLog: BusLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
