// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { MessageStatus } from '@sendium/message';
import type { MessageStatus as WireStatus } from './gen/sendium/v1/message.ts';
import { WireError } from './wire-error.ts';

const statuses: readonly MessageStatus[] = [
  'accepted',
  'scheduled',
  'queued',
  'sent',
  'delivered',
  'undelivered',
  'expired',
  'rejected',
  'unknown',
  'failed',
  'canceled',
];

/** As protobuf has it. */
export function statusToWire(status: MessageStatus): WireStatus {
  return (statuses.indexOf(status) + 1) as WireStatus;
}

/** @throws {WireError} when it is none that this version knows */
export function statusFromWire(wire: WireStatus, field: string): MessageStatus {
  const status = statuses[wire - 1];
  if (status === undefined) throw new WireError(field, 'not known');
  return status;
}
