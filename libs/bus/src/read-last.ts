// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Msg } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import { TransientError } from './errors.ts';

/** The last message of a subject. */
export interface LastMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly octets: Uint8Array;
  /** The value of a header; empty when there is none. */
  readonly header: (name: string) => string;
}

/** What some subjects of a stream hold, all as of one moment. */
export interface LastMessages {
  readonly messages: readonly LastMessage[];
  /**
   * Everything up to this sequence was looked at. In a cluster a replica answers that may be behind:
   * whoever must see a message compares. 0 when nothing was found, whatever was looked at.
   */
  readonly upToSequence: number;
}

const timeoutMs = 5000;
const endOfBatch = 204;
const noResults = 404;

/**
 * Reads the last message of every subject that fits, in one request. For at most 1024 subjects of a
 * stream that answers directly (`allowsDirectReads`) and holds no empty messages.
 *
 * @throws {TransientError} no answer, or not all of it
 */
export async function readLast(bus: Bus, stream: string, subjects: string): Promise<LastMessages> {
  const call = `DIRECT.GET.${stream}`;
  if (!bus.isConnected) throw new TransientError(`${call}: not connected`);
  const messages: LastMessage[] = [];
  for await (const message of await request(bus, call, subjects)) {
    const code = message.headers?.code ?? 0;
    if (code === 0) messages.push(toLastMessage(message));
    else if (code === noResults) return { messages: [], upToSequence: 0 };
    else if (code === endOfBatch)
      return { messages, upToSequence: numberIn(message, 'Nats-UpTo-Sequence') };
    else throw new TransientError(`${call}: status ${code}`);
  }
  throw new TransientError(`${call}: no answer`);
}

async function request(bus: Bus, call: string, subjects: string): Promise<AsyncIterable<Msg>> {
  try {
    const body = JSON.stringify({ multi_last: [subjects] });
    return await bus.connection.requestMany(`$JS.API.${call}`, body, {
      // An empty message ends the answer.
      strategy: 'sentinel',
      maxWait: timeoutMs,
    });
  } catch (cause) {
    throw new TransientError(`${call}: no answer`, { cause });
  }
}

function toLastMessage(message: Msg): LastMessage {
  return {
    subject: message.headers?.get('Nats-Subject') ?? '',
    sequence: numberIn(message, 'Nats-Sequence'),
    octets: message.data,
    header: (name) => message.headers?.get(name) ?? '',
  };
}

function numberIn(message: Msg, name: string): number {
  return Number(message.headers?.get(name) ?? 0);
}
