// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { tellsOwnUrl, wantsStatus, type Configuration } from '@sendium/configuration';
import { QueueFullError, type FollowedConfiguration, type Publisher } from '@sendium/bus';
import {
  deadLetterChannel,
  encodeDeliverBatch,
  deliverChannel,
  reportIdOf,
  type DeliverKind,
  type Report,
} from '@sendium/contracts';
import { rankOf, type Message, type MessageStatus } from '@sendium/message';
import { reportsDue, type MessageState, type Transition } from '@sendium/receipts';
import type { Step } from './ledger.ts';

export interface ReportingOptions {
  readonly publisher: Publisher;
  readonly producer: string;
  readonly configuration: Pick<FollowedConfiguration, 'current'>;
  readonly nowMs: () => number;
  /** A report is durable: on its way to the application, or in DEAD because its queue was full. */
  readonly onReport: (report: Report, went: 'queued' | 'dead', way: DeliverKind) => void;
}

/** Makes durable what steps have to be reported; `undefined` when that is nothing. */
export type Reporting = (steps: readonly Step[]) => Promise<void> | undefined;

const origin = 'tracker-reports';
const textLength = 20;

/**
 * Reports to applications what became of their messages, the way that each message came: to SMPP clients,
 * or to the webhooks of an account that has some and wants to be told. A report is one per (message,
 * status), and per part of a message that was joined: steps that are told again after a crash are reported
 * again, which is the same report.
 *
 * @throws {TransientError} nothing can be said of what was published; report all of it again
 */
export function publishReports(options: ReportingOptions): Reporting {
  return (steps) => {
    let publishing: Promise<void>[] | undefined;
    for (const step of steps) {
      for (const { report, way } of reportsOf(step, options)) {
        (publishing ??= []).push(publish(report, way, options));
      }
    }
    return publishing === undefined ? undefined : Promise.all(publishing).then(() => undefined);
  };
}

interface Outgoing {
  readonly report: Report;
  readonly way: DeliverKind;
}

const nothing: readonly Outgoing[] = [];

/** What of a step is to be reported, and how. */
function reportsOf({ previous, next }: Step, options: ReportingOptions): readonly Outgoing[] {
  const { current } = options.configuration;
  const way = next.message === undefined ? undefined : wayOf(next.message, current);
  if (next.message === undefined || way === undefined) return nothing;
  return asSubmitted(next.message).flatMap((message) =>
    reportsDue(previous, { ...next, message })
      .filter(({ status }) => way !== 'webhook' || isWanted(message, status, current))
      .map((transition) => ({ report: toReport(message, next, transition, options), way })),
  );
}

/** The message as its client submitted it: of one that was joined from parts, each by itself. */
function asSubmitted(message: Message): readonly Message[] {
  const { clientParts, ...whole } = message;
  if (clientParts === undefined) return [message];
  return clientParts.map(({ id, registeredDelivery, session }) => ({
    ...whole,
    registeredDelivery,
    ...(id === message.id ? {} : { clientMessageId: id }),
    origin: { ingress: message.origin.ingress, ...present('session', session) },
  }));
}

/** How the application is told of the message; undefined when there is no way. */
function wayOf({ origin: { ingress }, account }: Message, current: Configuration) {
  if (ingress === 'smpp') return 'smpp';
  const webhooks = current.accounts.get(account)?.webhooks.length ?? 0;
  return webhooks > 0 ? 'webhook' : undefined;
}

/** Whether a webhook is to be told that the message came to this state. */
function isWanted(message: Message, status: MessageStatus, { accounts }: Configuration): boolean {
  const { account, deliveryReport, webhookUrl } = message;
  if (webhookUrl !== undefined) return tellsOwnUrl(status, deliveryReport);
  const webhooks = accounts.get(account)?.webhooks ?? [];
  return webhooks.some((endpoint) => wantsStatus(endpoint, status, deliveryReport));
}

/** A queue that is full must hold nobody up: what has no room there is kept for an operator to replay. */
async function publish(report: Report, way: DeliverKind, options: ReportingOptions): Promise<void> {
  const { publisher, producer, nowMs, onReport } = options;
  const channel = deliverChannel(way, report.account, producer);
  try {
    await publisher.publish(channel, report);
  } catch (error) {
    if (!(error instanceof QueueFullError)) throw error;
    await publisher.publish(deadLetterChannel(origin), {
      origin,
      reason: `${error.message} (report ${reportIdOf(report)})`,
      subject: channel.subject,
      messageId: report.messageId,
      payload: encodeDeliverBatch([report], producer),
      atMs: nowMs(),
    });
    onReport(report, 'dead', way);
    return;
  }
  onReport(report, 'queued', way);
}

function toReport(
  message: Message,
  state: MessageState,
  { status, atMs }: Transition,
  { configuration }: ReportingOptions,
): Report {
  const isSmpp = message.origin.ingress === 'smpp';
  const account = configuration.current.accounts.get(message.account);
  const hasText = isSmpp && account?.smpp?.receipts.hasText === true;
  const text = hasText ? beginningOf(message) : undefined;
  return {
    kind: 'report',
    ...{ messageId: message.id, account: message.account, status, atMs, tries: 0 },
    acceptedAtMs: message.acceptedAtMs,
    to: message.smpp?.destination ?? message.to,
    from: message.smpp?.source ?? message.from,
    ...present('clientMessageId', message.clientMessageId),
    ...present('session', message.origin.session),
    ...present('text', text),
    ...soFar(state, status),
    ...(isSmpp ? {} : { message, ...shownToWebhooks(state, status) }),
  };
}

/** What the resource of the message shows besides. */
function shownToWebhooks(
  { sentAtMs, encoding }: MessageState,
  status: Transition['status'],
): Pick<Report, 'sentAtMs' | 'encoding'> {
  const wasSent = rankOf(status) >= rankOf('sent');
  return {
    ...present('encoding', encoding),
    ...(wasSent ? present('sentAtMs', sentAtMs) : {}),
  };
}

/** What is known of the end is no part of a report on the way there. */
function soFar(
  { status: last, segments, segmentsDelivered, error }: MessageState,
  status: Transition['status'],
): Pick<Report, 'segments' | 'segmentsDelivered' | 'error'> {
  if (status !== last) return { segments, segmentsDelivered: 0 };
  return { segments, segmentsDelivered, ...present('error', error) };
}

function beginningOf({ body }: Message): string | undefined {
  return body.kind === 'text' ? body.text.slice(0, textLength) : undefined;
}

function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}
