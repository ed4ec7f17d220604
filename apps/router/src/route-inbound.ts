// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the router does with one part of an SMS of a mobile. Invariants:
 *
 * 1. When `routeInbound` resolves, all that follows from the part is durable: on DELIVER or DEAD, as an
 *    event, or kept until the other parts are there. Until then its batch is not acknowledged.
 * 2. A part goes to SMPP clients at once and as it came: they join. Webhooks and the tracker are told of
 *    the whole.
 * 3. Working on the same part a second time writes the same successors again, under the same ids.
 */
import { inboundSourceOf, type Configuration, type InboundSource } from '@sendium/configuration';
import type { InboundMessage, ReceivedMessage } from '@sendium/contracts';
import { findInboundRule, type InboundRule } from '@sendium/routing';
import type { Assemble, Assembly } from './assembly.ts';
import type { InboundOutlets } from './inbound-outlets.ts';
import type { LookUp } from './inbound-seen.ts';
import { readAssembly } from './read-assembly.ts';

/** What routing an SMS needs besides it. */
export interface InboundContext {
  readonly configuration: Configuration;
  readonly nowMs: number;
  readonly lookUp: LookUp;
  readonly assemble: Assemble;
  readonly outlets: InboundOutlets;
}

/** What became of a part; counted. `kept`: the whole waits for other parts. */
export type InboundResult = 'routed' | 'unmatched' | 'duplicate' | 'kept';

/** Routes one part; resolves when what follows from it is durable. */
export async function routeInbound(
  part: InboundMessage,
  context: InboundContext,
): Promise<InboundResult> {
  const { configuration, lookUp, assemble } = context;
  const source = sourceOf(configuration, part.connector);
  if ((await lookUp(source.group, part)) === 'resent') return 'duplicate';
  const rule = findInboundRule(configuration.inbound, ruleQuery(part));
  const whose = { group: source.group, isWanted: rule !== undefined };
  const [, assembly] = await Promise.all([passOn(part, rule, context), assemble(part, whose)]);
  if (assembly !== undefined) await tellWhole(assembly, source, context);
  if (rule === undefined) return 'unmatched';
  return assembly === undefined ? 'kept' : 'routed';
}

/**
 * Tells webhooks and the tracker of an SMS, by the rules of now. Also for one whose last parts never
 * came.
 */
export async function tellWhole(
  assembly: Assembly,
  source: InboundSource,
  { configuration, nowMs, outlets }: Pick<InboundContext, 'configuration' | 'nowMs' | 'outlets'>,
): Promise<void> {
  const read = readAssembly(assembly, source);
  const rule = findInboundRule(configuration.inbound, ruleQuery(read));
  const message: ReceivedMessage =
    rule === undefined ? read : { ...read, account: rule.account, rule: rule.name };
  await Promise.all([
    outlets.tell(source.group, message, nowMs),
    rule?.ways.includes('webhook') === true
      ? outlets.deliver('webhook', rule.account, { kind: 'received', message, tries: 0 })
      : undefined,
  ]);
}

/** As the configuration has it; of one that has left it, what is known without. */
export function sourceOf(configuration: Configuration, connector: string): InboundSource {
  return (
    inboundSourceOf(configuration, connector) ?? {
      name: connector,
      group: connector,
      receiptDetection: 'auto',
      defaultAlphabet: 'gsm7',
      ucs2ByteOrder: 'big',
    }
  );
}

async function passOn(
  part: InboundMessage,
  rule: InboundRule | undefined,
  { outlets }: InboundContext,
): Promise<void> {
  if (rule === undefined) await outlets.keep(part);
  else if (rule.ways.includes('smpp')) {
    await outlets.deliver('smpp', rule.account, { kind: 'inbound', part, tries: 0 });
  }
}

/** By what rules tell SMS apart. */
export function ruleQuery({ to, connector }: Pick<InboundMessage, 'to' | 'connector'>) {
  return { to: to.value, connector };
}
