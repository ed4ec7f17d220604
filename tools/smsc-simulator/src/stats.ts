// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** deliver_sm of one kind: receipts, or injected messages. */
export interface DeliveryStats {
  readonly made: number;
  /** deliver_sm written, each repetition counted. */
  readonly sent: number;
  readonly acked: number;
  /** Answered with another status than ESME_ROK. */
  readonly refused: number;
  /** Answers that were lost on purpose, with their connection. */
  readonly lost: number;
  /** Made, but not acknowledged yet. */
  readonly unacked: number;
  /** Never made, because too many were waiting. */
  readonly dropped: number;
}

/** One live bind. */
export interface BindStats {
  readonly bind: number;
  readonly system_id: string;
  readonly mode: 'transmitter' | 'receiver' | 'transceiver';
  readonly interface_version: number;
  readonly remote: string;
  readonly submissions: number;
  readonly unanswered: number;
}

/** What GET /stats tells; counts run since the start or the last reset. */
export interface CarrierStats {
  readonly bindsLive: number;
  readonly bindsLiveMax: number;
  readonly bindsSilent: number;
  readonly bindsOpened: number;
  readonly bindsRefused: number;
  /** submit_sm taken, whatever they were answered. */
  readonly submissions: number;
  /** Milliseconds since 1970; 0 before the first. */
  readonly firstSubmissionAt: number;
  readonly lastSubmissionAt: number;
  readonly accepted: number;
  readonly throttled: number;
  readonly rejected: number;
  readonly transient: number;
  readonly submissionsPerSecond: number;
  /** The most submit_sm within any one second. */
  readonly submissionsPerSecondMax: number;
  /** The most unanswered submit_sm on one bind. */
  readonly windowMax: number;
  /** submit_sm_resp written to binds that were still there. */
  readonly responses: number;
  readonly responsesHeld: number;
  readonly receipts: DeliveryStats;
  /** Receipts that were never sent, as `receiptLostShare` wants. */
  readonly receiptsLost: number;
  readonly injected: DeliveryStats;
  readonly tokens: number;
  readonly tokensOverlooked: number;
  /** Number of the latest message, as in GET /messages. */
  readonly messages: number;
  readonly protocolErrors: number;
  readonly binds: readonly BindStats[];
}
