// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { messageStatuses, type MessageStatus } from '@sendium/message';
import { MessageStatus as WireStatus } from './gen/sendium/v1/message.ts';
import { WireError } from './wire-error.ts';

const statuses = new Map(messageStatuses.map((status) => [statusToWire(status), status]));

/** As protobuf has it. */
export function statusToWire(status: MessageStatus): WireStatus {
  return WireStatus[status.toUpperCase() as Uppercase<MessageStatus>];
}

/** @throws {WireError} when it is none that this version knows */
export function statusFromWire(wire: WireStatus, field: string): MessageStatus {
  const status = statuses.get(wire);
  if (status === undefined) throw new WireError(field, 'not known');
  return status;
}
