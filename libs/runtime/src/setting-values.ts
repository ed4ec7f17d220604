// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Secret } from './secret.ts';

/** Where to listen; port 0 lets the system choose. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

type Refuse = (message: string) => never;

/** A schema from text to value whose description names what is expected. */
function parsed<T>(expectation: string, parse: (text: string, refuse: Refuse) => T): z.ZodType<T> {
  return z
    .string()
    .transform((text, context) => {
      try {
        return parse(text, (message) => {
          throw new RangeError(message);
        });
      } catch {
        context.addIssue({ code: 'custom', message: `expected ${expectation}` });
        return z.NEVER;
      }
    })
    .describe(expectation);
}

const listenPattern = /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<host>[A-Za-z0-9.-]*)):(?<port>\d{1,5})$/;

/** `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`; `:8080` is every address of the host. */
export const listenAddress: z.ZodType<ListenAddress> = parsed(
  'an address to listen on, such as 127.0.0.1:8080, [::1]:8080 or :8080',
  (text, refuse) => {
    const groups = listenPattern.exec(text)?.groups;
    if (groups === undefined) return refuse('form');
    const port = Number(groups['port']);
    if (port > 65_535) return refuse('port');
    const host = groups['v6'] ?? groups['host'] ?? '';
    return { host: host === '' ? '::' : host, port };
  },
);

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `250ms`, `10s`, `5m`, `2h`, `7d` → milliseconds. The unit may not be left out. */
export const duration: z.ZodType<number> = parsed(
  'a duration with its unit, such as 250ms, 10s, 5m, 2h or 7d',
  (text, refuse) => {
    const [, count, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
    const factor = unitMs[unit ?? ''];
    return factor === undefined ? refuse('form') : Number(count) * factor;
  },
);

const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** `64MiB`, `10GiB` → octets. The unit may not be left out. */
export const byteSize: z.ZodType<number> = parsed(
  'a size with its unit, such as 64MiB or 10GiB',
  (text, refuse) => {
    const [, count, unit] = /^(\d{1,9})([KMGT]i)?B$/.exec(text) ?? [];
    return count === undefined
      ? refuse('form')
      : Number(count) * (unitBytes[`${unit ?? ''}B`] ?? 1);
  },
);

/** A URL of one of these schemes, or several separated by commas; kept as text. */
export function urlOf(...schemes: readonly string[]): z.ZodType<string> {
  const expectation = `a URL beginning with ${schemes.map((scheme) => `${scheme}:`).join(' or ')}`;
  return parsed(expectation, (text, refuse) => {
    for (const part of text.split(',')) {
      const scheme = new URL(part).protocol.slice(0, -1);
      if (!schemes.includes(scheme)) return refuse('scheme');
    }
    return text;
  });
}

/** A whole number within these bounds, both included. */
export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return parsed(`a whole number from ${least} to ${most}`, (text, refuse) => {
    const value = Number(text);
    const isWithin = /^-?\d{1,15}$/.test(text) && value >= least && value <= most;
    return isWithin ? value : refuse('range');
  });
}

/** `true` or `false`, nothing else. */
export const flag: z.ZodType<boolean> = parsed('true or false', (text, refuse) =>
  text === 'true' ? true : text === 'false' ? false : refuse('form'),
);

/** One of these words. */
export function oneOf<const W extends string>(...words: readonly W[]): z.ZodType<W> {
  return parsed(`one of ${words.join(', ')}`, (text, refuse) => {
    const word = words.find((candidate) => candidate === text);
    return word ?? refuse('word');
  });
}

/** A text that is never shown. */
export const secret: z.ZodType<Secret> = parsed('a secret', (text) => new Secret(text));

/** Any text that is not empty. */
export const text: z.ZodType<string> = parsed('a text', (value) => value);
