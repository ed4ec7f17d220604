// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { runInThisContext } from 'node:vm';

/**
 * Jest gives tests a copy of `process` whose events never come; this is the real one everywhere.
 * Without it a test run that is cut short would leave its servers running.
 */
const realProcess = runInThisContext('process') as NodeJS.Process;

/** Calls back, synchronously, when this process ends by itself; returns how to forget about it. */
export const atExit = (listener: () => void): (() => void) => {
  realProcess.on('exit', listener);
  return () => {
    realProcess.off('exit', listener);
  };
};
