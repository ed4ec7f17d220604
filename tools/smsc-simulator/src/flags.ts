// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';
import { defaultSettings, isSettingName, parseSettings } from './settings.ts';
import type { SimulatorOptions } from './simulator.ts';

/** What the command line means: options, a wish for help, or all that is wrong with it. */
export type ParsedFlags =
  | { readonly kind: 'start'; readonly options: SimulatorOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const toFlag = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
const toName = (name: string): string =>
  name.replace(/-([a-z])/g, (_all, c: string) => c.toUpperCase());

/** Lists every flag with its default. */
export function helpText(): string {
  const own = [
    '--listen 127.0.0.1:2776    where clients bind',
    '--control 127.0.0.1:2777   HTTP control: GET /settings /stats /messages /submissions/by-token …',
    '--fast                     engine for load; remembers no messages unless told to',
    '--seed 1                   the same seed and requests give the same decisions',
    '--first-id N               the first message id; by default from the clock',
    '',
    'Settings, also live by PATCH /settings as JSON (all state is in memory only):',
  ];
  const settings = Object.entries(defaultSettings).map(
    ([name, value]) => `--${toFlag(name)} ${JSON.stringify(value)}`,
  );
  return [...own, ...settings].join('\n');
}

function parseAddress(given: string): { host: string; port: number } | undefined {
  const [, host, port] = /^(.*):(\d{1,5})$/.exec(given) ?? [];
  const number = Number(port);
  return host === undefined || host === '' || number > 65_535 ? undefined : { host, port: number };
}

/** A setting as its JSON type: words stay words where the default is one. */
function toValue(name: string, given: string | boolean): unknown {
  if (typeof given === 'boolean') return given;
  const isWord = isSettingName(name) && typeof defaultSettings[name] === 'string';
  if (isWord || name === 'systemId' || name === 'password') return given;
  try {
    return JSON.parse(given.replace(/^0x([0-9a-f]+)$/i, (_all, h: string) => `${parseInt(h, 16)}`));
  } catch {
    return given;
  }
}

function parseSettingFlags(values: Readonly<Record<string, string | boolean | undefined>>) {
  const own = new Set(['listen', 'control', 'fast', 'seed', 'first-id', 'help']);
  const given = Object.entries(values).filter(([name]) => !own.has(name));
  return parseSettings(
    Object.fromEntries(given.map(([n, v]) => [toName(n), toValue(toName(n), v ?? true)])),
  );
}

const optionsOf = {
  listen: { type: 'string', default: '127.0.0.1:2776' },
  control: { type: 'string', default: '127.0.0.1:2777' },
  fast: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  'first-id': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line. */
export function parseFlags(args: readonly string[]): ParsedFlags {
  const settingOptions = Object.fromEntries(
    Object.entries(defaultSettings).map(([name, value]) => [
      toFlag(name),
      { type: typeof value === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  let values: Record<string, string | boolean | undefined>;
  try {
    const config = { args: [...args], options: { ...settingOptions, ...optionsOf } };
    values = parseArgs(config).values;
  } catch (error) {
    return { kind: 'invalid', problems: [(error as Error).message] };
  }
  return values['help'] === true ? { kind: 'help' } : toOptions(values);
}

/** A whole number, `undefined` where none was given, NaN where it is something else. */
function toWhole(given: string | boolean | undefined): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  return Number.isSafeInteger(value) && value >= 0 ? value : NaN;
}

function toOptions(values: Record<string, string | boolean | undefined>): ParsedFlags {
  const problems: string[] = [];
  const listen = parseAddress(String(values['listen']));
  if (listen === undefined) problems.push('listen must be HOST:PORT');
  const control = parseAddress(String(values['control']));
  if (control === undefined) problems.push('control must be HOST:PORT');
  const seed = toWhole(values['seed']) ?? 1;
  const firstId = toWhole(values['first-id']);
  if (Number.isNaN(seed) || Number.isNaN(firstId))
    problems.push('seed and first-id must be whole numbers');
  const settings = parseSettingFlags(values);
  if (settings.kind === 'invalid') problems.push(...settings.problems);
  if (problems.length > 0 || settings.kind === 'invalid') return { kind: 'invalid', problems };
  return {
    kind: 'start',
    options: {
      ...listen,
      ...(control && { controlHost: control.host, controlPort: control.port }),
      engine: values['fast'] === true ? 'fast' : 'package',
      settings: settings.patch,
      seed,
      ...(firstId === undefined ? {} : { firstId }),
    },
  };
}
