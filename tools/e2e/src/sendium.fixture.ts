// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { join } from 'node:path';

import type { Stack } from '@sendium/stack';
import { neutralEnvironment, workspaceRoot } from '@sendium/testkit';

/** What a call of the command line wrote, and how it ended. */
export interface CliEnd {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Calls the command line as `npm run sendium` does, beside the stack that keeps its state there. */
export function sendium(stateDir: string, ...args: readonly string[]): Promise<CliEnd> {
  const program = join(workspaceRoot, 'tools/cli/src/main.ts');
  const line = ['--conditions=@sendium/source', program, ...args, '--state', stateDir];
  return new Promise((resolve) => {
    const options = { env: neutralEnvironment(), timeout: 30_000 };
    execFile(process.execPath, line, options, (error, out, err) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1,
        out,
        err,
      });
    });
  });
}

/** A request of account demo; throws when it is not answered with this status. */
export async function ask<T>(
  { urls, key }: Stack,
  what: { readonly method?: string; readonly path: string; readonly body?: object },
  expected = 200,
): Promise<T> {
  const { method = 'GET', path, body } = what;
  const response = await fetch(urls.rest + path, {
    method,
    headers: { authorization: `Bearer ${key ?? ''}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== expected) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Sends a message as account demo; returns its id. */
export async function send(stack: Stack, more: object = {}): Promise<string> {
  const body = { to: '+447700900123', from: 'ACME', text: 'Hello', ...more };
  const { id } = await ask<{ id: string }>(
    stack,
    { method: 'POST', path: '/v1/messages', body },
    202,
  );
  return id;
}
