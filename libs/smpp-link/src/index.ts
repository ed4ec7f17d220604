// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { acceptSession } from './accept-session.ts';
export type { AcceptOptions } from './accept-session.ts';
export { addressList, plainAddress } from './address-list.ts';
export type { AddressList } from './address-list.ts';
export type { Answer, OutgoingRequest } from './answer.ts';
export type { BackOff } from './back-off.ts';
export { ConnectionGate } from './connection-gate.ts';
export type { Admission, GateLimits } from './connection-gate.ts';
export { connectSession } from './connect-session.ts';
export type {
  BindOptions,
  BindResult,
  CarrierRequest,
  ConnectOptions,
  TlsOptions,
} from './connect-session.ts';
export type { LinkClock } from './link-clock.ts';
export type { BindMode } from './permitted-requests.ts';
export type {
  BindRequest,
  BindVerdict,
  CloseReason,
  HandledRequest,
  RequestAnswer,
  RequestHandler,
  SessionEvent,
  SessionTimers,
} from './session-options.ts';
export { SmppListener } from './smpp-listener.ts';
export type { Connection, ListenerTls, ListenOptions, RefusedConnection } from './smpp-listener.ts';
export type { SmppSession } from './smpp-session.ts';
export { superviseLink } from './supervise-link.ts';
export type { Bound, NotBound, SupervisedLink, SuperviseOptions } from './supervise-link.ts';
