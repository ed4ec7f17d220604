// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export type { Answer, OutgoingRequest } from './answer.ts';
export type { BackOff } from './back-off.ts';
export { connectSession } from './connect-session.ts';
export type { BindOptions, BindResult, CarrierRequest, ConnectOptions } from './connect-session.ts';
export type { LinkClock } from './link-clock.ts';
export type { BindMode } from './permitted-requests.ts';
export type {
  CloseReason,
  HandledRequest,
  RequestAnswer,
  RequestHandler,
  SessionEvent,
  SessionTimers,
} from './session-options.ts';
export type { SmppSession } from './smpp-session.ts';
export { superviseLink } from './supervise-link.ts';
export type { Bound, NotBound, SupervisedLink, SuperviseOptions } from './supervise-link.ts';
