// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export {
  compileInboundRules,
  findInboundRule,
  type InboundQuery,
  type InboundRule,
  type InboundTable,
  type InboundWay,
} from './inbound-rules.ts';
export {
  decideRoute,
  type PastAttempt,
  type RouteDecision,
  type RouteRequest,
} from './decide-route.ts';
export {
  compileRoutes,
  explainRoute,
  findRoute,
  type RouteQuery,
  type RouteRule,
  type RouteTable,
  type RuleExplanation,
} from './route-table.ts';
