// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { IdForm, Settings } from './settings.ts';

/** The carrier's message ids: numbers that only grow, written as the settings say. */
export class CarrierIds {
  #next: number;

  /** `first` should be higher than any id of an earlier run: receipts are matched by these ids. */
  constructor(first: number) {
    this.#next = first;
  }

  next(): number {
    return this.#next++;
  }

  /** Writes an id as submit_sm_resp or as receipts carry it. */
  format(id: number, settings: Settings, where: 'responseId' | 'receiptId'): string {
    const form: IdForm = settings[where];
    const digits = form === 'hex' ? id.toString(16) : String(id);
    return settings.idDigits === 0 ? digits : digits.padStart(settings.idDigits, '0');
  }
}
