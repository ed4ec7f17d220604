// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { startCapture, unanswered } from './capture.ts';
export type { Capture, CapturedPdu, Dissection } from './capture.ts';
export { startKannel } from './kannel.ts';
export type { Kannel } from './kannel.ts';
export { linesOf, startPerl } from './perl.ts';
export { kannel, lacks, netSmpp, tshark } from './programs.ts';
export type { DebianProgram } from './programs.ts';
export { startReferenceServer } from './reference-server.ts';
export type { ReferenceServer } from './reference-server.ts';
export type { SmppTarget } from './smpp-target.ts';
