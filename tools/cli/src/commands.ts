// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Command } from './command.ts';
import { enableWebhook } from './enable-webhook.ts';
import { listDead } from './list-dead.ts';
import { listInbound } from './list-inbound.ts';
import { listWebhooks } from './list-webhooks.ts';
import { replayDead } from './replay-dead.ts';
import { showDead } from './show-dead.ts';
import { testWebhook } from './test-webhook.ts';

/** Everything that can be asked for. */
export const commands: readonly Command[] = [
  ...[listDead, showDead, replayDead],
  ...[listWebhooks, enableWebhook, testWebhook],
  listInbound,
];
