// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A process setting as a service describes it. */
export interface DescribedSetting {
  readonly variable: string;
  readonly expectation: string;
  readonly fallback: string | null;
}

const run = promisify(execFile);

/** Asks a service for its settings: every service prints them when it is started with `--settings`. */
export async function settingsOf(root: string, app: string): Promise<readonly DescribedSetting[]> {
  const program = join(root, 'apps', app, 'src', 'main.ts');
  const args = ['--conditions=@sendium/source', program, '--settings'];
  const env = { PATH: process.env['PATH'] };
  const { stdout } = await run(process.execPath, args, { cwd: root, env });
  return JSON.parse(stdout) as readonly DescribedSetting[];
}
