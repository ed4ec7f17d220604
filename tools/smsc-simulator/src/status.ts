// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** The command_status values the simulator uses by itself (SMPP 3.4, 5.1.3). */
export const status = {
  ok: 0x00,
  invalidMessageLength: 0x01,
  invalidCommandLength: 0x02,
  invalidCommandId: 0x03,
  invalidBindStatus: 0x04,
  alreadyBound: 0x05,
  bindFailed: 0x0d,
  invalidSystemId: 0x0f,
  throttled: 0x58,
  unknownError: 0xff,
} as const;
