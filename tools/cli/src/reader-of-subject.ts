// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Configuration } from '@sendium/configuration';
import { eventKinds } from '@sendium/contracts';
import { lanes } from '@sendium/message';

type Check = (tokens: readonly string[], configuration: Configuration | undefined) => Verdict;
/** Why nobody would read it; undefined when somebody does. */
type Verdict = string | undefined;

const isLane = (token = ''): boolean => lanes.some((lane) => lane === token);
const unless = (isRight: boolean, reason: string): Verdict => (isRight ? undefined : reason);

const toLane: Check = (tokens) =>
  unless(isLane(tokens.at(-1)), `there is no lane ${tokens.at(-1) ?? ''}`);

/** What an account is told lies until somebody takes it: for ever, when the account is gone. */
const toAccount: Check = ([, way = '', name = ''], configuration) => {
  if (configuration === undefined) return undefined;
  const account = configuration.accounts.get(name);
  if (account === undefined) return `there is no account ${name} any more`;
  const isTold = way === 'webhook' ? account.webhooks.length > 0 : account.smpp !== undefined;
  return unless(
    isTold,
    `account ${name} has no ${way === 'webhook' ? 'webhooks' : 'smpp'} any more`,
  );
};

const checks: readonly (readonly [RegExp, Check])[] = [
  [/^submit\.[^.]+$/, toLane],
  [/^due\.submit\.[^.]+$/, toLane],
  [/^dispatch\.[^.]+\.[^.]+$/, toLane],
  [/^inbound\.[^.]+$/, () => undefined],
  [/^(deliver|due)\.(webhook|smpp)\.[^.]+$/, toAccount],
  [
    /^event\.[^.]+\.[^.]+$/,
    ([, , kind = '']) =>
      unless(
        eventKinds.some((known) => known === kind),
        `there are no events of kind ${kind}`,
      ),
  ],
];

/**
 * Why a dead letter for the subject must stay where it is; undefined when a service works on that subject.
 * Without a configuration accounts are not looked up.
 */
export function obstacleTo(subject: string, configuration: Configuration | undefined): Verdict {
  const found = checks.find(([pattern]) => pattern.test(subject));
  if (found === undefined) return `${subject || 'no subject'}: no service works on that`;
  return found[1](subject.split('.'), configuration);
}
