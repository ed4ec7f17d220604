// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { BindMode, BindRequest, BoundPeer, Link } from './link.ts';
import type { Item, Receiver } from './outbox.ts';
import type { BindStats } from './stats.ts';
import type { Submission } from './submission.ts';

/** What a bind tells the carrier. */
export interface BindEvents {
  begin(bind: Bind): void;
  submit(bind: Bind, submission: Submission): void;
  close(bind: Bind): void;
}

/** A bind that the carrier admitted. */
export class Bind implements BoundPeer, Receiver {
  readonly id: number;
  readonly link: Link;
  readonly systemId: string;
  readonly mode: BindMode;
  readonly inFlight = new Map<Item, number>();
  /** submit_sm that were not answered yet. */
  unanswered = 0;
  /** When the last answer so far is due, on the agenda's clock. */
  answersUntilMs = 0;
  readonly #interfaceVersion: number;
  readonly #events: BindEvents;
  #submissions = 0;

  constructor(id: number, link: Link, request: BindRequest, events: BindEvents) {
    this.id = id;
    this.link = link;
    this.systemId = request.systemId;
    this.mode = request.mode;
    this.#interfaceVersion = request.interfaceVersion;
    this.#events = events;
  }

  begin(): void {
    this.#events.begin(this);
  }

  submit(submission: Submission): void {
    this.#submissions += 1;
    this.#events.submit(this, submission);
  }

  close(): void {
    this.#events.close(this);
  }

  describe(): BindStats {
    return {
      bind: this.id,
      system_id: this.systemId,
      mode: this.mode,
      interface_version: this.#interfaceVersion,
      remote: this.link.remote,
      submissions: this.#submissions,
      unanswered: this.unanswered,
    };
  }
}
