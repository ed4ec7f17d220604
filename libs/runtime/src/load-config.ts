// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { unknownVariables, type Environment } from './environment.ts';
import { isSetting, type Config, type Setting, type Settings } from './setting.ts';

/** What is wrong with one variable. */
export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
}

/** The service cannot start: every problem there is, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ variable, problem }) => `${variable}: ${problem}`).join('\n'));
    this.problems = problems;
  }
}

/** The variables that these settings are read from. */
export function variablesOf(settings: Settings): ReadonlySet<string> {
  const names = Object.values(settings).flatMap((entry) =>
    isSetting(entry) ? [entry.variable] : [...variablesOf(entry)],
  );
  return new Set(names);
}

/**
 * Reads the process's settings, each once. A variable that is empty, junk or unknown is a problem,
 * never silently a default; `X_FILE` names a file that holds the value of `X` (mounted secrets).
 *
 * @throws ConfigError with all problems together; it never repeats a value, which may be a secret
 */
export function loadConfig<const S extends Settings>(
  settings: S,
  env: Environment = process.env,
): Config<S> {
  const problems: ConfigProblem[] = [];
  const config = readAll(settings, env, problems);
  for (const variable of unknownVariables(env, variablesOf(settings))) {
    problems.push({ variable, problem: 'is not a setting of this service' });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config<S>;
}

function readAll(settings: Settings, env: Environment, problems: ConfigProblem[]): object {
  const entries = Object.entries(settings).map(([name, entry]) => {
    const value = isSetting(entry) ? readOne(entry, env, problems) : readAll(entry, env, problems);
    return [name, value] as const;
  });
  return Object.freeze(Object.fromEntries(entries));
}

function readOne(entry: Setting, env: Environment, problems: ConfigProblem[]): unknown {
  const { variable, schema, fallback } = entry;
  const raw = readText(variable, env);
  if (raw.kind === 'problem') {
    problems.push({ variable, problem: raw.problem });
    return undefined;
  }
  const text = raw.text ?? fallback;
  const result = schema.safeParse(text);
  if (result.success) return result.data;
  const expectation = schema.description ?? 'a value';
  const issues = result.error.issues.map((issue) => issue.message).join('; ');
  problems.push({ variable, problem: text === undefined ? `is required: ${expectation}` : issues });
  return undefined;
}

type RawText =
  | { readonly kind: 'text'; readonly text: string | undefined }
  | { readonly kind: 'problem'; readonly problem: string };

function readText(variable: string, env: Environment): RawText {
  const text = env[variable];
  const file = env[`${variable}_FILE`];
  if (text !== undefined && file !== undefined) {
    return { kind: 'problem', problem: `is given twice: here and by ${variable}_FILE` };
  }
  if (file !== undefined) return readMounted(variable, file);
  if (text === '') return { kind: 'problem', problem: 'is empty' };
  return { kind: 'text', text };
}

function readMounted(variable: string, file: string): RawText {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? { kind: 'problem', problem: 'its file is empty' } : { kind: 'text', text };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    return { kind: 'problem', problem: `the file named by ${variable}_FILE: ${code}` };
  }
}
