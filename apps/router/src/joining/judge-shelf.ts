// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What a part finds where the parts of its message lie, and what is to be done. Invariants:
 *
 * 1. A place (of a group, by number) is taken once, and so is the claim. What was taken stays as it is.
 * 2. The order of the stream decides: the parts stored before the claim belong to the message that it
 *    claims, those stored after it do not. Both sides of every race read the same answer from it.
 * 3. Whoever stored a part looks at the group afterwards. So the one whose part came last sees them all.
 * 4. Only the claimant goes on with the message, and as often as it is begun anew.
 */

/** A part as it lies in the stream. */
export interface StoredPart {
  readonly id: string;
  readonly sequence: number;
  readonly octets: Uint8Array;
}

/** Who has taken the parts, to go on with them as one message. */
export interface Claim {
  readonly by: string;
  readonly sequence: number;
}

/** Everything that lies in one group, as of one moment. */
export interface Shelf {
  readonly parts: ReadonlyMap<number, StoredPart>;
  readonly claim?: Claim;
}

/** The part that was stored, or that found its place taken. */
export interface Seeker {
  readonly id: string;
  readonly number: number;
  readonly total: number;
  /** As it claims. */
  readonly claimant: string;
  /** Its time to wait for the others is over. */
  readonly isOverdue: boolean;
  /** Whether what lies in its place is the same part, given by another id. */
  readonly isCopy: (octets: Uint8Array, isClaimed: boolean) => boolean;
}

/**
 * - `unseen`: what was stored is not to be seen yet; look again
 * - `elsewhere`: the group is another message's, which used the same reference
 * - `copy`: the same part is there already
 * - `claim`: take them all, and look again
 * - `mine`: taken by this part; go on with them
 * - `taken`: whoever took them goes on with them
 * - `wait`: for the others
 */
export type Verdict = 'unseen' | 'elsewhere' | 'copy' | 'claim' | 'mine' | 'taken' | 'wait';

/** What is to be done about the part. */
export function judgeShelf(shelf: Shelf, seeker: Seeker): Verdict {
  const { parts, claim } = shelf;
  const inPlace = parts.get(seeker.number);
  if (inPlace === undefined) return 'unseen';
  if (claim !== undefined && claim.sequence < inPlace.sequence) return 'elsewhere';
  if (inPlace.id !== seeker.id) {
    return seeker.isCopy(inPlace.octets, claim !== undefined) ? 'copy' : 'elsewhere';
  }
  if (claim !== undefined) return claim.by === seeker.claimant ? 'mine' : 'taken';
  return seeker.isOverdue || parts.size === seeker.total ? 'claim' : 'wait';
}

/** The parts that the claim has taken, in order of their numbers; all while there is none. */
export function claimedParts({ parts, claim }: Shelf): readonly (readonly [number, StoredPart])[] {
  const before = claim?.sequence ?? Infinity;
  return [...parts].filter(([, { sequence }]) => sequence < before).sort(([a], [b]) => a - b);
}
