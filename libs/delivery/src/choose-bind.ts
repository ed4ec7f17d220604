// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** How full a bind's window is. */
export interface BindLoad {
  /** Whether it is bound and may transmit. */
  readonly isReady: boolean;
  readonly windowSize: number;
  /** Slots taken: submitted, or answered but the answer's event not yet durable. */
  readonly taken: number;
}

/**
 * Index of the bind to submit over: the ready one with the most free slots, the first after `last`
 * among equals, so that idle binds take turns. -1 when none has room.
 */
export function chooseBind(binds: readonly BindLoad[], last: number): number {
  let chosen = -1;
  let most = 0;
  for (let step = 1; step <= binds.length; step += 1) {
    const index = (last + step) % binds.length;
    const bind = binds[index];
    if (bind === undefined || !bind.isReady) continue;
    const free = bind.windowSize - bind.taken;
    if (free > most) {
      most = free;
      chosen = index;
    }
  }
  return chosen;
}
