// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { JetStreamApiError, TerminalError } from './errors.ts';

const wrongLastSequence = 10_071;

/** What was stored, or undefined when the subject's last message was another than expected. */
export async function unlessOvertaken(stored: Promise<number>): Promise<number | undefined> {
  try {
    return await stored;
  } catch (error) {
    const cause = error instanceof TerminalError ? error.cause : undefined;
    if (cause instanceof JetStreamApiError && cause.errorCode === wrongLastSequence)
      return undefined;
    throw error;
  }
}
