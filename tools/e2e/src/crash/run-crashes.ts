// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The crash test: steady traffic, everything killed at random, then the ledger. What counts is what was
 * answered 202 and what the carrier saw, not what any log says:
 *
 * 1. lost = 0: every 202 reached the carrier and ended in a final state.
 * 2. Duplicates from any kill but a connector's: none.
 * 3. Duplicates from kills of connectors: at most one window per bind and kill.
 * 4. Every ESME_ROK of submit_sm ended in a receipt at the SMPP client; the same receipt again is allowed.
 * 5. The end of every message answered 202 was told to the webhook, signed; again only under the same id and
 *    in the same words.
 * 6. Every deliver_sm of a mobile that was answered ESME_ROK reached the application: its SMPP client as it
 *    is, its webhook as part of the whole message; again is allowed.
 */
import { join } from 'node:path';
import { fetchStatuses, readLedger, runLoad, verifyLedger } from '@sendium/loadgen';
import { createRandom } from '@sendium/smsc-simulator';
import type { Stack } from '@sendium/stack';
import { SmscDriver } from '@sendium/testkit';
import { planCrashes, shuffled, type CrashPhase } from './crash-plan.ts';
import {
  judge,
  summary,
  type InboundReport,
  type PhaseReport,
  type WebhookReport,
} from './crash-report.ts';
import { customer, startCrashStack } from './crash-stack.ts';
import { killAll, type KillCounts } from './kill-all.ts';
import { Mobiles } from './mobiles.ts';
import { SmppCustomer } from './smpp-customer.ts';
import { untilOrTimeout } from './until-or-timeout.ts';
import { WebhookBook } from './webhook-book.ts';

export interface CrashOptions {
  readonly kills: number;
  /** The same seed kills in the same order after the same pauses. */
  readonly seed: number;
  /** By REST, and half as many by SMPP; a quarter comes in from mobiles. */
  readonly messagesPerSecond: number;
  readonly stateDir: string;
  readonly log?: (line: string) => void;
}

/** Everybody who has to do with the gateway. */
interface World {
  readonly stack: Stack;
  readonly book: WebhookBook;
  readonly carrier: SmscDriver;
  readonly random: () => number;
}

const patienceMs = 120_000;

/** Runs all phases on one stack. */
export async function runCrashes(options: CrashOptions): Promise<readonly PhaseReport[]> {
  const random = createRandom(options.seed);
  const reports: PhaseReport[] = [];
  await using book = await WebhookBook.open(createRandom(options.seed + 1));
  await using stack = await startCrashStack(options.stateDir, book.hookUrl);
  const carrier = new SmscDriver(stack.urls.simulator_control ?? '');
  for (const phase of planCrashes(options.kills)) {
    if (phase.victims.length === 0) continue;
    options.log?.(`${phase.name}: ${phase.victims.length} kills`);
    const victims = shuffled(phase.victims, random);
    const world: World = { stack, book, carrier, random };
    const report = await runPhase(world, { ...phase, victims }, options);
    reports.push(report);
    options.log?.(summary(report));
  }
  return reports;
}

async function runPhase(
  world: World,
  phase: CrashPhase,
  options: CrashOptions,
): Promise<PhaseReport> {
  const { stack, carrier, random } = world;
  const name = phase.name.replaceAll(/\W+/g, '-');
  const ledger = join(options.stateDir, `ledger-${name}.txt`);
  const gateway = { url: stack.urls.rest, key: stack.key ?? '' };
  const rate = options.messagesPerSecond;
  const ackedBefore = (await carrier.stats()).injected.acked;
  const over = new AbortController();
  const load = runLoad({
    ...gateway,
    ...{ ledger, ratePerSecond: rate, connections: 16, seconds: 3600 },
    ...{ timeoutMs: 10_000, signal: over.signal },
  });
  using client = new SmppCustomer({
    ...{ port: stack.ports.smpp, ...customer, messagesPerSecond: rate / 2 },
  });
  using mobiles = new Mobiles(carrier, name, rate / 4);
  let kills: KillCounts;
  try {
    kills = await killAll(stack, phase, random);
  } finally {
    over.abort();
    client.stopSubmitting();
    await Promise.all([load, mobiles.stop()]);
  }
  const simulatorUrl = carrier.controlUrl;
  const found = await verifyLedger({ ...gateway, ledger, simulatorUrl, waitSeconds: 120 });
  const smpp = await client.untilReceipted(patienceMs);
  const webhooks = await untilTold(world, ledger);
  const inbound = await untilReceived(world, mobiles, client, ackedBefore);
  return judge({ ...found, phase: phase.name, kills, smpp, webhooks, inbound });
}

/** Waits until the end of every message in the ledger was told. */
async function untilTold({ stack, book }: World, ledger: string): Promise<WebhookReport> {
  const { accepted } = await readLedger(ledger);
  const gateway = { url: stack.urls.rest, key: stack.key ?? '' };
  const statuses = await fetchStatuses([...accepted.values()], gateway);
  const due = [...statuses].flatMap(([id, { status, isFinal }]) =>
    isFinal ? [`${id}-${status}`] : [],
  );
  await untilOrTimeout(() => due.every((id) => book.has(id)), patienceMs);
  const { unsigned, differing } = book;
  return { due: due.length, ...book.countOf(due), unsigned, differing };
}

/** Waits until what the mobiles sent has reached the application both ways. */
async function untilReceived(
  { book, carrier }: World,
  { whole, parts }: Mobiles,
  client: SmppCustomer,
  ackedBefore: number,
): Promise<InboundReport> {
  const counted = (): InboundReport => ({
    ...{ sent: whole.size, parts: parts.size, acked: 0 },
    byWebhook: countTexts(whole, book.texts),
    bySmpp: countTexts(parts, client.texts),
  });
  await untilOrTimeout(() => {
    const { byWebhook, bySmpp } = counted();
    return byWebhook.told === whole.size && bySmpp.told === parts.size;
  }, patienceMs);
  const { injected } = await carrier.stats();
  return { ...counted(), acked: injected.acked - ackedBefore };
}

function countTexts(sent: ReadonlySet<string>, came: ReadonlyMap<string, number>) {
  let [told, again] = [0, 0];
  for (const text of sent) {
    const times = came.get(text) ?? 0;
    told += Math.min(times, 1);
    again += Math.max(times - 1, 0);
  }
  return { told, again };
}
