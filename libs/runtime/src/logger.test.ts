// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { createLogger } from './logger.ts';
import { Secret } from './secret.ts';

const canary = { number: '+447700900123', text: 'the quick brown canary' };

function captured(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ service: 'test' }, { write: (line) => void lines.push(line) }));
  return lines.join('');
}

test('hides numbers, texts and credentials wherever they stand in the fields', () => {
  const output = captured((log) => {
    log.info({ to: canary.number, nested: { list: [{ text: canary.text }] } }, 'a');
    log.warn({ headers: { Authorization: 'Bearer canary' }, from: canary.number }, 'b');
    log.child({ component: 'x' }).info({ message: { short_message: canary.text } }, 'c');
    log.error({ err: new Error(`cannot send to ${canary.number}`) }, 'd');
    log.error({ err: new Error('outer', { cause: new Error(`0${canary.number.slice(1)}`) }) }, 'e');
    log.info({ bytes: Buffer.from(canary.text), password: new Secret('canary') }, 'f');
  });
  expect(output).not.toContain('canary');
  expect(output).not.toContain('7700900123');
  expect(output.trim().split('\n')).toHaveLength(6);
});

test('keeps what an operator needs: level, time, service, ids, counts, error facts', () => {
  class LinkError extends Error {
    override readonly name = 'LinkError';
    readonly link = 'sim-1';
  }
  const id = '0193a1c2d3e47f5a8b9c0d1e2f3a4b5c';
  const output = captured((log) =>
    log.error({ messageId: id, attempt: 2, err: new LinkError('closed') }, 'link is down'),
  );
  expect(JSON.parse(output)).toMatchObject({
    level: 'error',
    service: 'test',
    messageId: id,
    attempt: 2,
    msg: 'link is down',
    err: { type: 'LinkError', message: 'closed', link: 'sim-1' },
  });
});

test('survives circular fields', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  expect(captured((log) => log.info({ circular }, 'round'))).toContain('"msg":"round"');
});

test('shows a secret nowhere but by reveal', () => {
  const secret = new Secret('hush');
  const shown = [String(secret), JSON.stringify({ secret }), inspect(secret), inspect([secret])];
  expect(shown.join()).not.toContain('hush');
  expect(secret.reveal()).toBe('hush');
});
