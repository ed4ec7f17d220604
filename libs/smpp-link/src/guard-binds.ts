// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus } from '@sendium/smpp-pdu';
import type { Admission } from './connection-gate.ts';
import type { LinkClock } from './link-clock.ts';
import type { BindRequest, BindVerdict } from './session-options.ts';

type OnBind = (pdu: BindRequest) => Promise<BindVerdict>;

/** A refusal takes this long at least, so that it tells nothing and guessing takes time. */
const minRefusalMs = 100;
/** So many refusals end the connection. */
const maxRefusals = 3;

const credentialStatuses: readonly number[] = [
  commandStatus.ESME_RBINDFAIL,
  commandStatus.ESME_RINVPASWD,
  commandStatus.ESME_RINVSYSID,
];

/** The same decision on binds, with what every server owes itself against those who guess. */
export function guardBinds(onBind: OnBind, clock: LinkClock, admission?: Admission): OnBind {
  let refusals = 0;
  return async (pdu) => {
    const startedAtMs = clock.monotonicMs();
    const verdict = await onBind(pdu);
    if (verdict.kind === 'accepted') {
      admission?.bound();
      return verdict;
    }
    refusals += 1;
    if (credentialStatuses.includes(verdict.status)) admission?.bindFailed();
    const leftMs = startedAtMs + minRefusalMs - clock.monotonicMs();
    if (leftMs > 0) await new Promise<void>((resolve) => clock.startTimer(leftMs, resolve));
    return { ...verdict, closes: verdict.closes === true || refusals >= maxRefusals };
  };
}
