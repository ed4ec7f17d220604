// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { openLedger, readLedger } from './ledger.ts';
export type { Ledger, LedgerContent } from './ledger.ts';
export { fetchStatuses, type MessageStatus, type StatusOptions } from './message-statuses.ts';
export { ProcessMeter, readUse } from './process-meter.ts';
export type { NamedProcess, ProcessCost, ProcessUse } from './process-meter.ts';
export { toLines, toVerifyLines } from './print-report.ts';
export { runLoad } from './run-load.ts';
export type { Latency } from './latency.ts';
export type { LoadReport } from './run-load.ts';
export { runSmppLoad } from './run-smpp-load.ts';
export type { SmppLoadOptions } from './smpp-load-options.ts';
export type { LoadOptions } from './load-options.ts';
export { verifyLedger } from './verify-ledger.ts';
export type { Finding, VerifyOptions, VerifyReport } from './verify-ledger.ts';
