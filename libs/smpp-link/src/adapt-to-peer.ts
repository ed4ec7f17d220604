// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { PduInput } from '@sendium/smpp-pdu';
import { knowsSmpp50, pduForVersion } from '@sendium/smpp-pdu';

/**
 * How what is written becomes what a client of this interface_version knows: for those before 5.0
 * less (`pduForVersion`), for 5.0 also congestion_state on every response that has a body.
 */
export function adaptTo(
  interfaceVersion: number,
  congestionState: (() => number | undefined) | undefined,
): (pdu: PduInput) => PduInput {
  if (!knowsSmpp50(interfaceVersion)) return (pdu) => pduForVersion(pdu, interfaceVersion);
  if (congestionState === undefined) return (pdu) => pdu;
  return (pdu) => {
    const state = pdu.command.endsWith('_resp') ? congestionState() : undefined;
    return state === undefined ? pdu : { ...pdu, tlvs: { ...pdu.tlvs, congestionState: state } };
  };
}
