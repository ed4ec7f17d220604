// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/* The examples of docs/text.md: each command is run as it stands, and its answer is the one shown. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { workspaceRoot } from '@sendium/testkit';
import { startStage, type Stage } from './stage.fixture.ts';

const page = readFileSync(join(workspaceRoot, 'docs/text.md'), 'utf8');
const pairs = [...page.matchAll(/```sh\n([^`]+)```\s+```json\n([^`]+)```/g)];
const examples = pairs.map(([, command = '', answer = '']) => ({ command, answer }));

const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) process.stderr.write('skipped: curl is not here\n');
const testWithCurl = hasCurl ? test : test.skip;

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
}, 120_000);

afterAll(() => stage[Symbol.asyncDispose](), 30_000);

test('every command of the page has an answer', () => {
  expect(examples.length).toBe([...page.matchAll(/```sh/g)].length);
  expect(examples.length).toBeGreaterThanOrEqual(4);
});

for (const { command, answer } of examples) {
  testWithCurl(
    `${/messages\S*/.exec(command)?.[0] ?? ''} ${/"text":"[^"]*"/.exec(command)?.[0] ?? ''}`,
    () => {
      const here = command.replaceAll('http://127.0.0.1:8080', stage.stack.urls.rest);
      const env = { PATH: process.env['PATH'], KEY: stage.stack.key };
      const { stdout } = spawnSync('bash', ['-c', here], {
        encoding: 'utf8',
        env,
        timeout: 20_000,
      });
      expect(JSON.parse(stdout)).toMatchObject(JSON.parse(answer) as object);
    },
  );
}
