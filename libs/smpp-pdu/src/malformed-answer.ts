// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { commandStatus } from './command-status.ts';
import type { MalformedPdu } from './decode-pdu.ts';
import type { PduInput } from './pdu.ts';
import { commandNameOf, responseNameOf } from './pdu.ts';

/**
 * What to answer to a malformed PDU: the command's own response where there is one (SMPP 5.0, 2.8.2),
 * generic_nack for an unknown command or a length that cannot be true, nothing to what is never
 * answered (outbind, alert_notification).
 */
export function answerToMalformed(malformed: MalformedPdu): PduInput | undefined {
  const { commandId, sequenceNumber } = malformed;
  const command = commandNameOf(commandId);
  if (command === undefined || malformed.commandStatus === commandStatus.ESME_RINVCMDID) {
    return { command: 'generic_nack', commandStatus: malformed.commandStatus, sequenceNumber };
  }
  const response = responseNameOf(command);
  if (response === undefined) return undefined;
  return { command: response, commandStatus: malformed.commandStatus, sequenceNumber };
}
