// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { JetStreamApiError, type Bus } from '@sendium/bus';
import { eventually } from '@sendium/testkit';

/**
 * Reads what a stream holds now under a subject, without taking it away.
 *
 * @throws {Error} the server does not answer, or there is no such stream
 */
export async function readStored<T>(
  bus: Bus,
  stream: string,
  subject: string,
  decode: (octets: Uint8Array) => readonly T[],
): Promise<readonly T[]> {
  const items: T[] = [];
  for (let sequence = 1; ;) {
    const found = await next(bus, stream, subject, sequence);
    if (found === undefined) return items;
    items.push(...decode(Buffer.from(found.data ?? '', 'base64')));
    sequence = found.seq + 1;
  }
}

interface Stored {
  readonly seq: number;
  readonly data?: string;
}

/** JetStream's number for it. */
const noMessageFound = 10_037;

/** The bus may be about to connect again after a restart of the server: no answer is asked for anew. */
function next(
  bus: Bus,
  stream: string,
  subject: string,
  sequence: number,
): Promise<Stored | undefined> {
  return eventually(async () => {
    try {
      const call = `STREAM.MSG.GET.${stream}`;
      const { message } = await bus.api<{ message: Stored }>(call, {
        ...{ seq: sequence, next_by_subj: subject },
      });
      return message;
    } catch (error) {
      // Only this is the end.
      if (error instanceof JetStreamApiError && error.errorCode === noMessageFound)
        return undefined;
      throw error;
    }
  });
}
