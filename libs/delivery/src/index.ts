// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export { chooseBind, type BindLoad } from './choose-bind.ts';
export {
  decideOutcome,
  type Decision,
  type DeliveryRules,
  type SubmitContext,
  type SubmitEnd,
} from './decide-outcome.ts';
export { advancePace, createPace, idlePace, paceWaitMs, type Pace } from './pace.ts';
export { ResendMemory, type BegunDelivery, type ResendMemoryOptions } from './resend-memory.ts';
export {
  planSubmission,
  type CarryingRules,
  type PlannedSubmission,
  type SubmissionPlan,
  type SubmittedMessage,
  type UnfitReason,
} from './plan-submission.ts';
export { countRetries, repeatLast, retryDelayMs, type PastAttempt } from './retry-schedule.ts';
export {
  createStatusPolicy,
  type Reaction,
  type RetryReaction,
  type StatusPolicy,
} from './status-policy.ts';
export type { SubmissionPart } from './submission-part.ts';
export {
  notThrottled,
  throttle,
  unthrottle,
  type ThrottlePauses,
  type ThrottleState,
} from './throttle.ts';
