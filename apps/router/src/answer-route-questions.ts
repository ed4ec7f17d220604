// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Configuration } from '@sendium/configuration';
import { RoutingServiceService } from '@sendium/contracts';
import { serve, type ServedService } from '@sendium/grpc';
import { decideRoute, explainRoute } from '@sendium/routing';

/**
 * Tells which way a message would take if it were accepted now: decided as a message is, under the
 * configuration that messages are routed by at this moment. Nothing is sent.
 */
export function answerRouteQuestions(configuration: {
  readonly current: Configuration;
}): ServedService {
  return serve(RoutingServiceService, {
    explainRoute: ({ account, to }) => {
      const { routes, version } = configuration.current;
      const decision = decideRoute(routes, {
        message: { account, to: { ton: 1, npi: 1, value: to }, expiresAtMs: Infinity },
        history: [],
        nowMs: 0,
      });
      const isRouted = decision.kind === 'dispatch';
      return Promise.resolve({
        route: isRouted ? decision.route : '',
        targets: isRouted ? [...decision.targets] : [],
        configurationVersion: version,
        rules: [...explainRoute(routes, { account, to })],
      });
    },
  });
}
