// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { SmscDriver } from '@sendium/testkit';
import type { Backlog } from './backlog.ts';
import type { NamedProcess } from '../process-meter.ts';
import type { LoadOptions } from '../load-options.ts';

/** A gateway that takes part, with a simulated carrier of its own. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  readonly carrier: SmscDriver;
  /** How to send it messages. */
  readonly api: Pick<LoadOptions, 'url' | 'key' | 'getPath'>;
  /** Its processes, the carrier not among them. */
  processes(): readonly NamedProcess[];
  /** What waits between its processes, where it can tell. */
  backlogs?(): Promise<readonly Backlog[]>;
}
