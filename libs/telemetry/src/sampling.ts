// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Which traces are kept. The verdict is a function of the trace id alone, so every service comes to the
 * same one at any time without being told. It reads the low 56 bits, which W3C Trace Context Level 2
 * requires to be random; the leading bits of a message id are time and must not be read.
 */

/** Hex digits of the low 56 bits. */
const randomDigits = 14;

/** Tells whether the trace of this id (32 lowercase hex digits) is kept. */
export type Sampling = (traceId: string) => boolean;

/**
 * Keeps this share of all traces: those whose randomness R fulfils R >= (1 - ratio) * 2^56. Whoever keeps
 * a larger share keeps these among them.
 *
 * @param ratio from 0, none, to 1, all
 */
export function createSampling(ratio: number): Sampling {
  if (!(ratio > 0)) return () => false;
  if (ratio >= 1) return () => true;
  // As text of one length digits compare like the numbers they write, and doubles end at 53 bits.
  const threshold = BigInt(Math.round((1 - ratio) * 2 ** 52)) << 4n;
  const least = threshold.toString(16).padStart(randomDigits, '0');
  return (traceId) => traceId.slice(-randomDigits) >= least;
}

/** What the standard variables OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG ask for. */
export type AskedRatio =
  | { readonly kind: 'ratio'; readonly ratio: number }
  | { readonly kind: 'wrong'; readonly variable: string; readonly problem: string };

/** The share of traces that is kept when nobody says. */
export const defaultRatio = 0.01;

/**
 * Reads the share. All samplers of the specification that decide by ratio, always or never mean the same
 * here, with or without `parentbased_`, since a message's trace has no parent.
 */
export function readRatio(env: Readonly<Record<string, string | undefined>>): AskedRatio {
  const sampler = (env['OTEL_TRACES_SAMPLER'] ?? '').replace(/^parentbased_/, '');
  if (sampler === 'always_on') return { kind: 'ratio', ratio: 1 };
  if (sampler === 'always_off') return { kind: 'ratio', ratio: 0 };
  if (sampler !== '' && sampler !== 'traceidratio') {
    return {
      kind: 'wrong',
      variable: 'OTEL_TRACES_SAMPLER',
      problem: 'must be traceidratio, always_on or always_off, with or without parentbased_',
    };
  }
  const text = env['OTEL_TRACES_SAMPLER_ARG'] ?? '';
  const ratio = text === '' ? defaultRatio : Number(text);
  if (ratio >= 0 && ratio <= 1) return { kind: 'ratio', ratio };
  const problem = 'must be a number from 0 to 1';
  return { kind: 'wrong', variable: 'OTEL_TRACES_SAMPLER_ARG', problem };
}
