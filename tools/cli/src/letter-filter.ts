// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { isName } from '@sendium/message';

import type { Call } from './command.ts';
import type { LetterFilter } from './dead-stream.ts';
import { UsageError } from './errors.ts';

/** What --origin, --account and --endpoint say. Throws `UsageError` for what can be no name. */
export function filterOf(call: Call): LetterFilter {
  const named = (flag: string): string | undefined => {
    const name = call.text(flag);
    if (name === undefined || isName(name)) return name;
    throw new UsageError(`--${flag} ${name}: letters, digits, hyphens and underscores only`);
  };
  return { origin: named('origin'), account: named('account'), endpoint: named('endpoint') };
}
