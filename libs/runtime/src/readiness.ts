// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** One named condition of readiness that somebody opens and closes. */
export interface Gate {
  /** From now on this condition holds. */
  open(): void;
  /** It does not hold, for this reason (shown to whoever asks /readyz; no secrets). */
  close(reason: string): void;
}

/** What /readyz answers. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { readonly ready: boolean; readonly reason?: string }>>;
}

/**
 * May this replica be given work? Ready when every check passes. A carrier that is away is no
 * reason to be unready: another replica would not reach it either.
 */
export class Readiness {
  readonly #checks = new Map<string, () => string | undefined>();

  /** A condition that is asked each time: gives the reason why it does not hold, or nothing. */
  check(name: string, reasonAgainst: () => string | undefined): void {
    this.#checks.set(name, reasonAgainst);
  }

  /** A condition that is pushed; closed until it is opened. */
  gate(name: string, initialReason: string): Gate {
    let reason: string | undefined = initialReason;
    this.check(name, () => reason);
    return {
      open: () => {
        reason = undefined;
      },
      close: (why) => {
        reason = why;
      },
    };
  }

  /** Asks all checks; one that throws does not hold. */
  report(): ReadinessReport {
    const checks: Record<string, { ready: boolean; reason?: string }> = {};
    for (const [name, reasonAgainst] of this.#checks) {
      const reason = ask(reasonAgainst);
      checks[name] = reason === undefined ? { ready: true } : { ready: false, reason };
    }
    return { ready: Object.values(checks).every((check) => check.ready), checks };
  }
}

function ask(reasonAgainst: () => string | undefined): string | undefined {
  try {
    return reasonAgainst();
  } catch {
    return 'the check itself failed';
  }
}
