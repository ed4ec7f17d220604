// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { WebhookEndpoint } from '@sendium/configuration';
import type { WebhookSigner } from './webhook-signer.ts';

/** An endpoint, ready to be called. */
export interface WebhookTarget extends Pick<
  WebhookEndpoint,
  'name' | 'payload' | 'concurrency' | 'timeoutMs' | 'disableAfterMs' | 'events'
> {
  readonly account: string;
  readonly url: URL;
  /** Undefined while none of its secrets is to be had: it cannot be called then. */
  readonly sign: WebhookSigner | undefined;
  /** Of its URL and secrets: what was known of it ends when this changes. */
  readonly digest: string;
}
