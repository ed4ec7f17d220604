// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bus } from '@sendium/bus';

/** Where a command writes. */
export interface Terminal {
  readonly out: (line: string) => void;
  /** For what went wrong: never mixed into output that a program reads. */
  readonly err: (line: string) => void;
}

/** A flag as the help shows it. */
export interface Flag {
  /** What stands for its value in the help; a flag without one is on or off. */
  readonly value?: string;
  readonly says: string;
}

/** One call of a command. */
export interface Call {
  readonly terminal: Terminal;
  readonly arguments: readonly string[];
  readonly isJson: boolean;
  /** The value of a flag; undefined when it was not given. */
  readonly text: (flag: string) => string | undefined;
  /** The same as a whole number above 0. Throws `UsageError`. */
  readonly count: (flag: string) => number | undefined;
  readonly isOn: (flag: string) => boolean;
  /** Connects to NATS at the first call. Throws `CommandError` when nobody answers there. */
  readonly bus: () => Promise<Bus>;
  /** Where dlr-tracker serves gRPC. Throws `CommandError` when nothing says so. */
  readonly trackerUrl: () => string;
  readonly nowMs: () => number;
}

/** `0` done; `1` not, or not all of it. */
export type ExitCode = 0 | 1;

/** One thing that can be asked for. */
export interface Command {
  /** Two words: what it is about, and what is to be done. */
  readonly name: string;
  /** What may follow the name, for the help. */
  readonly operands: string;
  readonly summary: string;
  readonly details: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Operands that must be there, and that may be there. */
  readonly takes: { readonly least: number; readonly most: number };
  readonly run: (call: Call) => Promise<ExitCode>;
}
