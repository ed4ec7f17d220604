// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { FollowedConfiguration } from '@sendium/bus';
import type { SubmitItem } from '@sendium/contracts';
import type { RouteItem } from '../consume-submissions.ts';
import type { Joiner } from './joiner.ts';
import type { Gathered } from './long-part.ts';
import { asItCame, outboundPartOf } from './outbound-part.ts';
import { wholeMessageOf } from './whole-message.ts';

/** What joining the parts of clients stands on. */
export interface SubmissionJoining {
  readonly joiner: Joiner<SubmitItem>;
  readonly configuration: Pick<FollowedConfiguration, 'current'>;
  readonly routeItem: RouteItem;
  /** A part waits for the others, or somebody else goes on with it. */
  readonly onKept: () => void;
}

/** Routes messages; the parts of clients that want it when all of them are there, as one. */
export function joinSubmissions(work: SubmissionJoining): RouteItem {
  const { joiner, routeItem, onKept } = work;
  return async (item, meta) => {
    const part = outboundPartOf(item);
    if (part === undefined) return routeItem(asItCame(item), meta);
    const gathered = await joiner.arrived(part);
    if (gathered === undefined) onKept();
    else await routeAll(gathered, meta, work);
  };
}

/** Routes what is there of messages whose parts did not all come, one by one, as they came. */
export function releaseSubmissions(work: SubmissionJoining): RouteItem {
  const { joiner, routeItem } = work;
  return async (item, meta) => {
    const part = outboundPartOf(item);
    if (part === undefined) return routeItem(asItCame(item), meta);
    const gathered = await joiner.overdue(part);
    if (gathered !== undefined) await routeAll(gathered, meta, work);
  };
}

async function routeAll(
  { parts, total }: Gathered<SubmitItem>,
  meta: Parameters<RouteItem>[1],
  { configuration, routeItem }: SubmissionJoining,
): Promise<void> {
  const items = parts.map(({ item }) => item);
  const [first] = items;
  if (first === undefined) return;
  const account = configuration.current.accounts.get(first.message.account);
  const messages = items.map(({ message }) => message);
  const whole = items.length === total ? wholeMessageOf(messages, account) : undefined;
  if (whole !== undefined) await routeItem({ ...first, message: whole }, meta);
  else for (const item of items) await routeItem(asItCame(item), meta);
}
