// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { systemClock, type Clock } from './clock.ts';
export { ConfigError, loadConfig, type ConfigProblem } from './load-config.ts';
export { createLogger, type Logger, type LogLevel } from './logger.ts';
export { pause } from './pause.ts';
export type { MetricsSource } from './probe-server.ts';
export { RateLimits, type Limited } from './rate-limits.ts';
export type { Gate, Readiness } from './readiness.ts';
export { runService, type ServiceContext, type ServiceDefinition } from './run-service.ts';
export { Scope } from './scope.ts';
export { Secret } from './secret.ts';
export { setting, type Config, type Setting, type Settings } from './setting.ts';
export {
  byteSize,
  duration,
  flag,
  listenAddress,
  oneOf,
  secret,
  text,
  urlOf,
  wholeNumber,
  type ListenAddress,
} from './setting-values.ts';
