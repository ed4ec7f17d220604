// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';

/** One process setting: which variable it is read from, how it is checked, what holds without it. */
export interface Setting<T = unknown> {
  readonly kind: 'setting';
  readonly variable: string;
  readonly schema: z.ZodType<T>;
  readonly fallback: string | undefined;
}

/** Settings by name; may be nested, so that an adapter's settings can be one fragment. */
export interface Settings {
  readonly [name: string]: Setting | Settings;
}

/** What `loadConfig` makes of settings: the same shape with the parsed values. */
export type Config<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T>
    ? T
    : S[K] extends Settings
      ? Config<S[K]>
      : never;
};

const variableName = /^SENDIUM(_[A-Z0-9]+)+$/;

/**
 * Declares one setting.
 *
 * @param variable its environment variable: `SENDIUM_<AREA>_<NAME>`
 * @param schema turns its text into the value; its description is what a problem report says
 * @param fallback the text that holds when the variable is not set; without it the variable is
 *   required, unless the schema takes `undefined`
 */
export function setting<T>(variable: string, schema: z.ZodType<T>, fallback?: string): Setting<T> {
  // A Service named `x` makes Kubernetes inject SENDIUM_X_PORT=tcp://…: the two must never meet.
  if (!variableName.test(variable) || variable.endsWith('_PORT') || variable.endsWith('_FILE')) {
    throw new TypeError(`${variable} cannot be the name of a setting`);
  }
  return { kind: 'setting', variable, schema, fallback };
}

/** Tells a setting from a nested fragment (which may well have a member named `kind`). */
export function isSetting(entry: Setting | Settings): entry is Setting {
  return entry.kind === 'setting';
}

/** A setting as people read it; a fallback of null means that it may, or must, be given. */
export interface DescribedSetting {
  readonly variable: string;
  readonly expectation: string;
  readonly fallback: string | null;
}

/** All settings, nested ones included, in their order. */
export function describeSettings(settings: Settings): readonly DescribedSetting[] {
  return Object.values(settings).flatMap((entry) => {
    if (!isSetting(entry)) return describeSettings(entry);
    const { variable, schema, fallback } = entry;
    return [{ variable, expectation: schema.description ?? '', fallback: fallback ?? null }];
  });
}
