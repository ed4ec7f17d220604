// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** What tests usually ask of GET /stats; the simulator tells more. */
export interface SmscStats {
  readonly bindsLive: number;
  readonly bindsOpened: number;
  readonly submissions: number;
  readonly accepted: number;
  readonly throttled: number;
  readonly rejected: number;
  readonly windowMax: number;
  readonly responsesHeld: number;
  readonly receipts: { readonly made: number; readonly sent: number; readonly acked: number };
  readonly injected: {
    readonly made: number;
    readonly sent: number;
    readonly acked: number;
    readonly refused: number;
    readonly lost: number;
  };
  readonly [name: string]: unknown;
}

/** An address as a string, or with its type of number and numbering plan. */
export type SmscAddress =
  string | { readonly ton: number; readonly npi: number; readonly address: string };

/** SMS from a handset: a text, cut where it is long, or octets as they are, with their UDH. */
export interface SmscInbound {
  readonly from: SmscAddress;
  readonly to: SmscAddress;
  readonly text?: string;
  /** Hexadecimal. */
  readonly octets?: string;
  readonly dataCoding?: number;
  readonly esmClass?: number;
  readonly protocolId?: number;
  /** Values in hexadecimal. */
  readonly tlvs?: readonly { readonly tag: number; readonly value: string }[];
  /** In message_payload. */
  readonly payload?: boolean;
  /** So many SMS of this content. */
  readonly repeat?: number;
  /** So many times the connection is ended in place of reading the answer; for each of them. */
  readonly loseAnswers?: number;
  /** Whose binds it goes to; those of the client that bound last where left out. */
  readonly systemId?: string;
}

/** A submit_sm as the simulator remembers it. */
export interface SmscMessage {
  readonly number: number;
  readonly bind: number;
  readonly source: { readonly address: string };
  readonly destination: { readonly address: string };
  readonly text: string;
  readonly udh: string;
  readonly data_coding: number;
  readonly registered_delivery: number;
  readonly answer: { readonly command_status: number; readonly message_id: string };
  readonly [name: string]: unknown;
}

interface TokenPage {
  readonly counts: Readonly<Record<string, number>>;
  /** Where the next page begins; null on the last. */
  readonly next: number | null;
}

/** Drives a running SMSC simulator by its HTTP control. Every call throws when it is refused. */
export class SmscDriver {
  readonly controlUrl: string;

  constructor(controlUrl: string) {
    this.controlUrl = controlUrl;
  }

  /** Changes settings while it runs: latencyMs, throttleShare, receiptEarlyShare, ... */
  async change(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#ask('PATCH', '/settings', settings);
  }

  stats(): Promise<SmscStats> {
    return this.#ask('GET', '/stats');
  }

  /** What was received, oldest first. */
  async messages(limit = 1_000, after = 0): Promise<readonly SmscMessage[]> {
    const query = `/messages?limit=${limit}&after=${after}`;
    const { data } = await this.#ask<{ readonly data: readonly SmscMessage[] }>('GET', query);
    return data;
  }

  /** How often each text token was submitted and accepted. */
  async submissionsByToken(pattern = ''): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    let after: number | null = 0;
    while (after !== null) {
      const query = `/submissions/by-token?pattern=${encodeURIComponent(pattern)}&after=${after}`;
      const page: TokenPage = await this.#ask<TokenPage>('GET', query);
      for (const [token, count] of Object.entries(page.counts)) counts.set(token, count);
      after = page.next;
    }
    return counts;
  }

  /** Closes this many links, all unless given. */
  async disconnect(count?: number): Promise<void> {
    await this.#ask('POST', '/disconnect', count === undefined ? {} : { count });
  }

  /** Lets this many binds go silent: open, but never heard of again. */
  async dropSilent(count?: number): Promise<void> {
    await this.#ask('POST', '/drop-silent', count === undefined ? {} : { count });
  }

  /** Takes submit_sm (or everything) without answering, until `resume`. */
  async stopAnswering(what: 'submits' | 'all' = 'submits'): Promise<void> {
    await this.#ask('POST', '/stop-answering', { what });
  }

  async resume(): Promise<void> {
    await this.#ask('POST', '/resume');
  }

  /** SMS from a handset; `GET /stats` counts them under `injected`. */
  async inject(message: SmscInbound): Promise<void> {
    await this.#ask('POST', '/inject', message);
  }

  /** Settings as at the start, counts at zero. */
  async reset(): Promise<void> {
    await this.#ask('POST', '/reset');
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.controlUrl + path, {
      method,
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.trim()}`);
    return JSON.parse(text) as T;
  }
}
