// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Command } from './command.ts';
import { listDead } from './list-dead.ts';
import { replayDead } from './replay-dead.ts';
import { showDead } from './show-dead.ts';

/** Everything that can be asked for. */
export const commands: readonly Command[] = [listDead, showDead, replayDead];
