// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Dead letters go back to where they came from. Invariants:
 * 1. A letter is removed only after JetStream has confirmed its octets on its subject. A crash in between
 *    leaves both: the next replay repeats it, and the readers, which know repetitions, bear that.
 * 2. Such a repetition carries the same `Nats-Msg-Id`, so within the duplicate window it is not even stored.
 *    The id is of the letter's sequence and its time: a sequence alone may be given out again by a server
 *    that lost its last writes, and would then swallow another letter.
 * 3. What cannot go back stays in DEAD, and the report says why.
 */
import { storeOnce, TransientError, QueueFullError, type Bus } from '@sendium/bus';
import type { Configuration } from '@sendium/configuration';
import type { DeadLetter } from '@sendium/contracts';

import { findLetter, removeLetter, type StoredLetter } from './dead-stream.ts';
import { obstacleTo } from './reader-of-subject.ts';

/** What became of one letter. */
export type Replayed =
  | { readonly kind: 'replayed'; readonly sequence: number; readonly subject: string }
  | { readonly kind: 'stays'; readonly sequence: number; readonly reason: string };

export interface ReplayOptions {
  readonly bus: Bus;
  readonly configuration: Configuration | undefined;
  /** Only looks what would be done. */
  readonly isDry: boolean;
}

const atTheSameTime = 16;
const timeoutMs = 10_000;

/** Replays these letters, the oldest first; calls back in that order. Stops early when NATS is away. */
export async function replayLetters(
  sequences: readonly number[],
  options: ReplayOptions,
  onEach: (replayed: Replayed) => void,
): Promise<void> {
  const ordered = [...new Set(sequences)].sort((a, b) => a - b);
  for (let done = 0; done < ordered.length; done += atTheSameTime) {
    const some = ordered.slice(done, done + atTheSameTime);
    for (const each of await Promise.all(some.map((one) => replayOne(one, options)))) onEach(each);
    if (options.bus.isConnected) continue;
    const reason = 'not tried: the connection to NATS is lost';
    for (const sequence of ordered.slice(done + atTheSameTime))
      onEach({ kind: 'stays', sequence, reason });
    return;
  }
}

async function replayOne(sequence: number, options: ReplayOptions): Promise<Replayed> {
  const stays = (reason: string): Replayed => ({ kind: 'stays', sequence, reason });
  try {
    const stored = await findLetter(options.bus, sequence);
    if (stored === undefined) return stays('there is no such dead letter');
    const { letter } = stored;
    if (letter === undefined) return stays('this is no dead letter: nobody knows where it belongs');
    const obstacle = obstacleTo(letter.subject, options.configuration);
    if (obstacle !== undefined) return stays(obstacle);
    if (!options.isDry) await putBack({ ...stored, letter }, options.bus);
    return { kind: 'replayed', sequence, subject: letter.subject };
  } catch (error) {
    return stays(reasonOf(error));
  }
}

async function putBack(
  { sequence, storedAtMs, letter }: StoredLetter & { readonly letter: DeadLetter },
  bus: Bus,
): Promise<void> {
  const { subject, payload: octets } = letter;
  await storeOnce(bus, { subject, octets, id: `dead-${sequence}-${storedAtMs}`, timeoutMs });
  try {
    await removeLetter(bus, sequence);
  } catch (cause) {
    throw new TransientError('put back, but not removed from DEAD: replay it again', { cause });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof QueueFullError) return `${error.subject} is full (${error.full}): later`;
  return error instanceof Error ? error.message : String(error);
}
