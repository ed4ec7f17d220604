// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { status as codes } from '@grpc/grpc-js';

const rpcStatuses = [
  'cancelled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
] as const;

/** gRPC's status codes by name, except OK. */
export type RpcStatus = (typeof rpcStatuses)[number];

/**
 * A call that did not end well. A handler throws one to answer with its status; a client's call
 * rejects with one. Its message travels, so it must not tell what the other side may not know.
 */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly status: RpcStatus;

  constructor(status: RpcStatus, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }

  /** Whether the same call may succeed a little later. */
  get isRetryable(): boolean {
    return this.status === 'unavailable' || this.status === 'deadline_exceeded';
  }
}

/** The number that stands for it on the wire. */
export function toStatusCode(status: RpcStatus): codes {
  return codes[status.toUpperCase() as keyof typeof codes];
}

/** The name of a number from the wire. */
export function toRpcStatus(code: codes): RpcStatus {
  const name = (codes[code] as string | undefined)?.toLowerCase();
  return rpcStatuses.find((status) => status === name) ?? 'unknown';
}
