// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** What the process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Names that are not process settings: the configuration document refers to them by `${env:NAME}`
 * and decides itself which it needs. Every other name that begins with SENDIUM_ must be a setting.
 */
const documentPrefixes = ['SENDIUM_SECRET_', 'SENDIUM_DEMO_', 'SENDIUM_SIM_'] as const;

/** Kubernetes gives every pod these for each Service whose name begins with `sendium`. */
const injectedName =
  /^SENDIUM(?:_[A-Z0-9_]+)?_(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_PROTO|_PORT|_ADDR)?)$/;
const injectedPortName = /^SENDIUM(?:_[A-Z0-9_]+)?_PORT$/;
const injectedPortValue = /^(?:tcp|udp|sctp):\/\//;

function isInjected(name: string, value: string): boolean {
  return injectedName.test(name) || (injectedPortName.test(name) && injectedPortValue.test(value));
}

/** The SENDIUM_* variables that are neither a setting nor meant for the document: typing errors. */
export function unknownVariables(env: Environment, known: ReadonlySet<string>): readonly string[] {
  return Object.entries(env)
    .filter(([name, value]) => {
      if (value === undefined || !name.startsWith('SENDIUM_') || known.has(name)) return false;
      if (name.endsWith('_FILE') && known.has(name.slice(0, -'_FILE'.length))) return false;
      if (documentPrefixes.some((prefix) => name.startsWith(prefix))) return false;
      return !isInjected(name, value);
    })
    .map(([name]) => name);
}

/**
 * The lookup behind `${env:NAME}`. The service's own settings stay out of reach: who may edit the
 * configuration document shall not read the process's credentials by it.
 */
export function documentLookup(
  env: Environment,
  known: ReadonlySet<string>,
): (name: string) => string | undefined {
  return (name) => (known.has(name) || !Object.hasOwn(env, name) ? undefined : env[name]);
}
