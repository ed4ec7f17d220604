// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { MessageRecord, MessageServiceService } from '@sendium/contracts';
import { RpcError, type GrpcClient } from '@sendium/grpc';
import { rankOf, type MessageStatus } from '@sendium/message';
import type { Logger } from '@sendium/runtime';
import type { RequestAnswer } from '@sendium/smpp-link';
import { formatAbsoluteTime, knowsSmpp50, type PduOf } from '@sendium/smpp-pdu';
import type { BoundClient } from './bound-client.ts';
import { statusOf } from './submit-status.ts';

type TrackerClient = GrpcClient<typeof MessageServiceService>;
type Asker = Pick<BoundClient, 'account' | 'interfaceVersion'>;

/** message_state of SMPP 3.4, 5.2.28. */
const states: Readonly<Record<MessageStatus, number>> = {
  accepted: 1,
  scheduled: 1,
  queued: 1,
  sent: 1,
  delivered: 2,
  expired: 3,
  canceled: 4,
  undelivered: 5,
  failed: 5,
  unknown: 7,
  rejected: 8,
};
/** New in 5.0; to others a scheduled message is on its way. */
const scheduledState = 0;

/** What became of messages, asked by query_sm (SMPP 3.4, 4.8): the tracker knows. */
export class MessageQueries {
  readonly #calls: TrackerClient['calls'];
  readonly #log: Logger;

  constructor(client: TrackerClient, log: Logger) {
    this.#calls = client.calls;
    this.#log = log;
  }

  /** Where several messages have the id, the least advanced one speaks for all. */
  async answer(
    pdu: PduOf<'query_sm'>,
    { account, interfaceVersion }: Asker,
  ): Promise<RequestAnswer> {
    const { messageId } = pdu;
    if (messageId === '') return statusOf('not_found');
    try {
      const { records } = await this.#calls.findMessages({ account: account.name, id: messageId });
      const record = leastAdvanced(records.filter((one) => isFrom(one, pdu)));
      if (record === undefined) return statusOf('not_found');
      return { command: 'query_sm_resp', messageId, ...told(record, interfaceVersion) };
    } catch (error) {
      if (error instanceof RpcError && error.status === 'not_found') return statusOf('not_found');
      this.#log.warn({ err: error }, 'the tracker did not answer a question');
      return statusOf('query_failed');
    }
  }
}

/** A message is asked for by its sender too, as the client wrote it or as the gateway knows it. */
function isFrom({ message }: MessageRecord, { sourceAddr }: PduOf<'query_sm'>): boolean {
  if (message === undefined) return false;
  return message.smpp?.source?.value === sourceAddr || message.from?.value === sourceAddr;
}

function leastAdvanced(records: readonly MessageRecord[]): MessageRecord | undefined {
  const rank = ({ status }: MessageRecord): number => rankOf(status as MessageStatus);
  const [first, ...more] = records;
  if (first === undefined) return undefined;
  return more.reduce((least, one) => (rank(one) < rank(least) ? one : least), first);
}

function told(
  record: MessageRecord,
  interfaceVersion: number,
): { readonly finalDate: string; readonly messageState: number; readonly errorCode: number } {
  const { status, final, completedAt, error } = record;
  const isScheduled = status === 'scheduled' && knowsSmpp50(interfaceVersion);
  return {
    finalDate: final && completedAt !== undefined ? formatAbsoluteTime(completedAt.getTime()) : '',
    messageState: isScheduled ? scheduledState : states[status as MessageStatus],
    errorCode: (error?.networkErrorCode ?? 0) & 0xff,
  };
}
