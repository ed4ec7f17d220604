// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Delivery, Submission } from './submission.ts';

/** What a bind may do: send to the carrier, receive from it, or both. */
export type BindMode = 'transmitter' | 'receiver' | 'transceiver';

/** One connection as an engine gives it to the carrier; all calls on a dead one do nothing. */
export interface Link {
  readonly remote: string;
  /** Answers the submit_sm of that sequence number; the id is left out when the status is not 0. */
  answerSubmit(sequence: number, status: number, messageId: string): void;
  /** Sends a deliver_sm; `onAnswer` is called once with the answer's status, or never. */
  deliver(delivery: Delivery, onAnswer: (status: number) => void): void;
  /** Neither reads nor writes any more, but keeps the connection: the peer sees a half-open one. */
  silence(): void;
  /** Ends the connection now. */
  destroy(): void;
}

/** A bind request as an engine read it. */
export interface BindRequest {
  readonly systemId: string;
  readonly password: string;
  readonly mode: BindMode;
  readonly interfaceVersion: number;
}

/** What engines call on the carrier behind them. */
export interface Brain {
  /** A bound connection that is silent for so long is to be closed; 0 = never. */
  readonly inactivityMs: number;
  /** Gives the command_status for the bind response; `bind` only with status 0. */
  open(
    link: Link,
    request: BindRequest,
  ): { readonly status: number; readonly bind?: BoundPeer | undefined };
  /** Calls `answer` now, or when the carrier answers again. */
  whenAnswering(answer: () => void): void;
  /** Counts something that no well-behaved peer sends. */
  protocolError(): void;
}

/** A live bind as its engine sees it. */
export interface BoundPeer {
  readonly mode: BindMode;
  /** To be called once the bind response is written: deliver_sm may follow from now on. */
  begin(): void;
  submit(submission: Submission): void;
  /** The connection is gone. */
  close(): void;
}

/** A started engine. */
export interface Engine {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}
