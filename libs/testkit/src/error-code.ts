// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The code of a system error (ENOENT, ...). Not by instanceof: in Jest the errors of Node's own
 * modules belong to another realm than the test's Error.
 */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
