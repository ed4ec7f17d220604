// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { QueueFullError, type FollowedConfiguration, type Publisher } from '@sendium/bus';
import {
  deadLetterChannel,
  encodeDeliverBatch,
  deliverChannel,
  reportIdOf,
  type Report,
} from '@sendium/contracts';
import type { Message } from '@sendium/message';
import { reportsDue, type MessageState, type Transition } from '@sendium/receipts';
import type { Step } from './ledger.ts';

export interface ReportingOptions {
  readonly publisher: Publisher;
  readonly producer: string;
  readonly configuration: Pick<FollowedConfiguration, 'current'>;
  readonly nowMs: () => number;
  /** A report is durable: on its way to the application, or in DEAD because its queue was full. */
  readonly onReport: (report: Report, went: 'queued' | 'dead') => void;
}

/** Makes durable what steps have to be reported; `undefined` when that is nothing. */
export type Reporting = (steps: readonly Step[]) => Promise<void> | undefined;

const origin = 'tracker-reports';
const textLength = 20;

/**
 * Reports to SMPP clients what became of their messages. A report is one per (message, status): steps that
 * are told again after a crash are reported again, which is the same report.
 *
 * @throws {TransientError} nothing can be said of what was published; report all of it again
 */
export function publishReports(options: ReportingOptions): Reporting {
  return (steps) => {
    let publishing: Promise<void>[] | undefined;
    for (const { previous, next } of steps) {
      const { message } = next;
      if (message?.origin.ingress !== 'smpp') continue;
      for (const transition of reportsDue(previous, next)) {
        (publishing ??= []).push(publish(toReport(message, next, transition, options), options));
      }
    }
    return publishing === undefined ? undefined : Promise.all(publishing).then(() => undefined);
  };
}

/** A queue that is full must hold nobody up: what has no room there is kept for an operator to replay. */
async function publish(report: Report, options: ReportingOptions): Promise<void> {
  const { publisher, producer, nowMs, onReport } = options;
  const channel = deliverChannel('smpp', report.account, producer);
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
    onReport(report, 'dead');
    return;
  }
  onReport(report, 'queued');
}

function toReport(
  message: Message,
  state: MessageState,
  { status, atMs }: Transition,
  { configuration }: ReportingOptions,
): Report {
  const account = configuration.current.accounts.get(message.account);
  const text = account?.smpp?.receipts.hasText === true ? beginningOf(message) : undefined;
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
