// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The life of a service process.
 *
 * 1. Its settings are read; a problem ends it with exit code 1 before anything else happens.
 * 2. The probe server answers before `start` is called and until everything is released: a service
 *    that waits for NATS is alive and not ready, one that drains likewise.
 * 3. SIGTERM or SIGINT at any moment, also during `start`: not ready, then everything that the
 *    scope owns is released in reverse order (stop intake, finish, drain), exit code 0. Further
 *    signals change nothing: a terminal's Ctrl-C reaches a process twice when its parent forwards it.
 * 4. What is not released within the time to stop is given up: exit code 1. The next start takes up
 *    what is left, because nothing was acknowledged before it was durable.
 * 5. An exception or rejection that nobody handled means that an invariant is lost: exit code 1 at
 *    once, without cleaning up on top of a state that nobody understands.
 */
import { systemClock, type Clock } from './clock.ts';
import { documentLookup } from './environment.ts';
import { ConfigError, loadConfig, variablesOf } from './load-config.ts';
import { createLogger, logLevels, type Logger } from './logger.ts';
import { serveProbes, type MetricsSource } from './probe-server.ts';
import { Readiness } from './readiness.ts';
import { Scope } from './scope.ts';
import { describeSettings, setting, type Config, type Settings } from './setting.ts';
import { duration, flag, listenAddress, oneOf } from './setting-values.ts';

/** What a service is, and how it starts. */
export interface ServiceDefinition<S extends Settings> {
  /** The app's name; in every log line. */
  readonly name: string;
  /** The settings that it reads besides those of every service. */
  readonly settings: S;
  /** Where /metrics comes from. */
  readonly metrics?: MetricsSource;
  /** Acquires everything into the scope. Ready when it is done and every check passes. */
  start(context: ServiceContext<Config<S>>): Promise<void>;
}

/** What a service is given to start with. */
export interface ServiceContext<C> {
  readonly config: C;
  readonly log: Logger;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly readiness: Readiness;
  /** Aborted when the service shall stop. */
  readonly stopping: AbortSignal;
  /** Looks up `${env:NAME}` of the configuration document; never one of the settings. */
  readonly readEnv: (name: string) => string | undefined;
  /** Whether failures are traced of messages that are not sampled. */
  readonly traceFailures: boolean;
  /** An invariant is lost: stop in order, exit code 1. */
  readonly fail: (cause: unknown) => void;
}

/** The settings of every service. */
const serviceSettings = {
  logLevel: setting('SENDIUM_LOG_LEVEL', oneOf(...logLevels), 'info'),
  probeListen: setting('SENDIUM_PROBE_LISTEN', listenAddress, '127.0.0.1:9100'),
  stopTimeoutMs: setting('SENDIUM_STOP_TIMEOUT', duration, '8s'),
  accountMetrics: setting('SENDIUM_ACCOUNT_METRICS', flag, 'false'),
  traceFailures: setting('SENDIUM_TRACE_FAILURES', flag, 'false'),
};

type ServiceConfig = Config<typeof serviceSettings>;

/** Runs a service until it is told to stop; resolves when it is down. Sets the exit code. */
export async function runService<const S extends Settings>(
  definition: ServiceDefinition<S>,
): Promise<void> {
  const settings = { service: serviceSettings, app: definition.settings };
  if (process.argv.includes('--settings')) {
    process.stdout.write(`${JSON.stringify(describeSettings(settings), null, 2)}\n`);
    return;
  }
  const config = loadOrReport(definition.name, settings);
  if (config === undefined) return;
  const log = createLogger({ service: definition.name, level: config.service.logLevel });
  dieOnUnhandled(log);
  definition.metrics?.configure?.({ byAccount: config.service.accountMetrics });
  const stop = new StopRequest();
  const readEnv = documentLookup(process.env, variablesOf(settings));
  const readiness = new Readiness();
  const isClean = await live(definition, config.service, {
    ...{ config: config.app as Config<S>, log, clock: systemClock, readiness, readEnv },
    traceFailures: config.service.traceFailures,
    ...{ stop, stopping: stop.signal, fail: (cause) => stop.fail(cause) },
  });
  process.exit(isClean && stop.failure === undefined ? 0 : 1);
}

/** Why the service stops: it was told to, or it cannot go on. */
class StopRequest {
  readonly #controller = new AbortController();
  failure: { readonly cause: unknown } | undefined;

  constructor() {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => this.#controller.abort(signal));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  fail(cause: unknown): void {
    this.failure ??= { cause };
    this.#controller.abort('failure');
  }

  /** Resolves when the service shall stop. */
  async requested(): Promise<void> {
    if (this.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

type Living<C> = Omit<ServiceContext<C>, 'scope'> & { readonly stop: StopRequest };

/** From the probe server's start to its end; tells whether everything was released in time. */
async function live<S extends Settings>(
  definition: ServiceDefinition<S>,
  service: ServiceConfig,
  living: Living<Config<S>>,
): Promise<boolean> {
  const { log, readiness, stop } = living;
  const outer = new Scope();
  const scope = new Scope();
  const started = readiness.gate('started', 'starting');
  const starting = async (): Promise<void> => {
    const probes = await serveProbes(service.probeListen, readiness, definition.metrics);
    outer.use(probes);
    log.info({ probes: probes.address }, 'starting');
    await definition.start({ ...living, scope });
    if (living.stopping.aborted) return;
    started.open();
    log.info('started');
  };
  starting().catch((cause: unknown) => {
    if (!living.stopping.aborted) stop.fail(cause);
  });
  await stop.requested();
  started.close('stopping');
  if (stop.failure === undefined) log.info({ reason: stop.signal.reason as unknown }, 'stopping');
  else log.fatal({ err: stop.failure.cause }, 'failed');
  setTimeout(() => {
    log.error({ stopTimeoutMs: service.stopTimeoutMs }, 'could not stop in time');
    process.exit(1);
  }, service.stopTimeoutMs).unref();
  const isClean = await release(scope, log);
  await release(outer, log);
  log.info('stopped');
  return isClean;
}

async function release(scope: Scope, log: Logger): Promise<boolean> {
  try {
    await scope[Symbol.asyncDispose]();
    return true;
  } catch (error) {
    log.error({ err: error }, 'did not stop cleanly');
    return false;
  }
}

function loadOrReport<const S extends Settings>(
  service: string,
  settings: S,
): Config<S> | undefined {
  try {
    return loadConfig(settings);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { problems } = error;
    createLogger({ service }).fatal({ problems }, 'the settings cannot be used');
    process.exitCode = 1;
    return undefined;
  }
}

function dieOnUnhandled(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'nobody handled this');
    process.exit(1);
  });
}
