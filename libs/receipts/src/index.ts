// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export {
  autoFormats,
  carrierKey,
  receiptKeys,
  type IdFormat,
  type IdFormats,
} from './carrier-key.ts';
export {
  factKey,
  isIntermediate,
  receiptDigest,
  type ConcludedFact,
  type Fact,
  type LapsedFact,
  type OutcomeFact,
  type ReceiptFact,
  type ReceiptFactState,
  type RoutedFact,
  type ScheduledFact,
} from './fact.ts';
export { addFact, factsOf, type Facts } from './facts.ts';
export {
  isSameDestination,
  matchReceipt,
  type MatchedPart,
  type ReceiptQuery,
} from './match-receipt.ts';
export { stateOf, type MessageState, type StateError, type Transition } from './message-state.ts';
export { receiptWords, type ReceiptWords } from './receipt-words.ts';
export { reportsDue } from './reports-due.ts';
export { timelineOf, type TimelineEntry, type TimelineEntryType } from './timeline.ts';
