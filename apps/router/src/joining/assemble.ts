// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { findInboundRule } from '@sendium/routing';
import type { FollowedConfiguration, Publisher } from '@sendium/bus';
import type { InboundMessage } from '@sendium/contracts';
import type { Clock } from '@sendium/runtime';
import type { Metrics } from '@sendium/telemetry';
import type { Assemble, Assembly } from '../assembly.ts';
import { createInboundOutlets } from '../inbound-outlets.ts';
import { countBuried } from '../observations.ts';
import { ruleQuery, sourceOf, tellWhole } from '../route-inbound.ts';
import { inboundPartOf } from './inbound-part.ts';
import type { Joiner } from './joiner.ts';
import type { Gathered } from './long-part.ts';

/** Long SMS wait for all their parts; all others are whole at once. */
export function assembleBy(joiner: Joiner<InboundMessage>): Assemble {
  return async (part, { group, isWanted }) => {
    const longPart = inboundPartOf(part, group, isWanted);
    if (longPart === undefined) return { parts: [{ number: 1, part }], total: 1 };
    return toAssembly(await joiner.arrived(longPart));
  };
}

/** What goes on with SMS whose parts did not all come. */
export interface ReleaseWork {
  readonly configuration: Pick<FollowedConfiguration, 'current'>;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly producer: string;
  readonly metrics: Metrics;
}

/** Tells of what there is of a long SMS whose time to wait is over, unless somebody has gone on with it. */
export function releaseInbound(
  joiner: Joiner<InboundMessage>,
  { configuration, publisher, clock, producer, metrics }: ReleaseWork,
): (part: InboundMessage) => Promise<void> {
  const nowMs = (): number => clock.nowMs();
  const onBuried = countBuried(metrics);
  const outlets = createInboundOutlets({ publisher, producer, nowMs, onBuried });
  return async (part) => {
    const { current } = configuration;
    const source = sourceOf(current, part.connector);
    const isWanted = findInboundRule(current.inbound, ruleQuery(part)) !== undefined;
    const longPart = inboundPartOf(part, source.group, isWanted);
    if (longPart === undefined) return;
    const assembly = toAssembly(await joiner.overdue(longPart));
    if (assembly === undefined) return;
    await tellWhole(assembly, source, { configuration: current, nowMs: nowMs(), outlets });
    const { connector } = part;
    metrics.counter('sendium_inbound_messages_total', { connector, result: 'incomplete' }).inc();
  };
}

function toAssembly(gathered: Gathered<InboundMessage> | undefined): Assembly | undefined {
  if (gathered === undefined) return undefined;
  const parts = gathered.parts.map(({ number, item }) => ({ number, part: item }));
  return { parts, total: gathered.total };
}
