// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The command line cannot be read as it is; the message is for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for cannot be done; the message is for people. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
