// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LinkServiceService } from '@sendium/contracts';
import { connectGrpc } from '@sendium/grpc';
import { eventually } from '@sendium/testkit';

import { factsOf } from './process-facts.ts';
import { readStackFile } from './stack-file.ts';
import { startStack } from './start-stack.ts';
import type { StackOptions } from './stack-options.ts';
import type { StackEvent } from './supervised.ts';

let dir: string;
let pids: number[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sendium-stack-'));
  pids = [];
});
afterEach(() => {
  expect(pids.filter((pid) => factsOf(pid) !== undefined)).toEqual([]);
  rmSync(dir, { recursive: true });
});

const options = (more: Partial<StackOptions> = {}): StackOptions => ({
  stateDir: dir,
  ports: 'free',
  syncInterval: 'os',
  onEvent: (event) => {
    if (event.kind === 'started') pids.push(event.pid);
  },
  ...more,
});

const stackFile = (): ReturnType<typeof readStackFile> => readStackFile(join(dir, 'stack.json'));

const send = (rest: string, key: string): Promise<Response> =>
  fetch(`${rest}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{"to":"+447700900123","from":"ACME","text":"Hello"}',
  });

test('A started stack takes a message, and stack.json tells tools all about it.', async () => {
  await using stack = await startStack(options());
  const record = stackFile();
  expect(record).toMatchObject({ pid: process.pid, urls: stack.urls, demo: { key: stack.key } });
  const recorded = Object.fromEntries(record!.processes.map(({ name, pid }) => [name, pid]));
  expect(recorded).toEqual(stack.processes);
  expect(Object.keys(recorded)).toEqual([
    'nats-server',
    'smsc-simulator',
    'demo-receiver',
    'notifier',
    'dlr-tracker',
    'connector',
    'router',
    'ingress-smpp',
    'ingress-http',
  ]);
  expect((await send(stack.urls.rest, stack.key!)).status).toBe(202);
  for (const url of Object.values(stack.urls.metrics)) expect((await fetch(url)).status).toBe(200);
});

test('What becomes of a message is told to the demo receiver, and shown where all is started.', async () => {
  const shown: string[] = [];
  await using stack = await startStack(options());
  stack.onEvent((event) => {
    if (event.kind === 'notable' && event.name === 'demo-receiver') shown.push(event.text);
  });
  const { id } = (await (await send(stack.urls.rest, stack.key!)).json()) as { id: string };
  await eventually(() =>
    expect(shown).toEqual([`message.delivered  ${id}  sequence 6  signature holds`]),
  );
  const received = await fetch(`${stack.urls.demo_receiver ?? ''}/received`);
  expect(await received.json()).toMatchObject({
    count: 1,
    data: [{ message_id: id, webhook_id: `${id}-delivered`, signature: 'holds' }],
  });
});

test('The binds of the connector can be asked for where stack.json says.', async () => {
  await using stack = await startStack(options());
  expect(stackFile()?.urls.links).toBe(`http://127.0.0.1:${stack.ports.links}`);
  await using client = connectGrpc(LinkServiceService, { url: stack.urls.links });
  await eventually(async () => {
    const { connectors } = await client.calls.listLinks({ connector: '' });
    const links = connectors.flatMap(({ slots }) => slots.flatMap((slot) => slot.links));
    expect(links).toContainEqual(expect.objectContaining({ state: 'bound' }));
    expect(links.map(({ port }) => port)).toContain(stack.ports.smsc);
  });
});

test('Command lines name the apps, and each process descends from the supervisor.', async () => {
  await using stack = await startStack(options({ services: ['router'] }));
  for (const [name, pid] of Object.entries(stack.processes)) {
    const line = factsOf(pid)?.commandLine;
    expect(line).toContain(name === 'router' ? 'apps/router/src/main.ts' : name);
    const parent = execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
    expect(Number(parent)).toBe(process.pid);
  }
});

test('A killed service and a killed nats-server come back, and stack.json follows.', async () => {
  const events: StackEvent[] = [];
  await using stack = await startStack(options({ services: ['router'] }));
  stack.onEvent((event) => events.push(event));
  for (const name of ['router', 'nats-server'] as const) {
    const before = stack.processes[name];
    stack.kill(name);
    await eventually(() => expect(stack.processes[name]).not.toBe(before));
    await eventually(() => expect(stack.processes[name]).toBeDefined());
    await stack.ready();
    const recorded = stackFile()?.processes.find((each) => each.name === name);
    expect(recorded?.pid).toBe(stack.processes[name]);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'ended', name, pid: before, signal: 'SIGKILL' }),
    );
  }
});

test('State and credentials survive a restart, and a reset begins anew.', async () => {
  const first = await startStack(options({ services: ['router'] }));
  await first.stop();
  expect(existsSync(join(dir, 'stack.json'))).toBe(false);
  expect(statSync(join(dir, 'credentials.json')).mode & 0o777).toBe(0o600);
  const second = await startStack(options({ services: ['router'] }));
  await second.stop();
  expect(second.key).toBe(first.key);
  const third = await startStack(options({ services: ['router'], reset: true }));
  await third.stop();
  expect(third.key).not.toBe(first.key);
});

test('A document that is not valid starts nothing.', async () => {
  const starting = startStack(options({ configText: 'version: 1\nnobodies: {}\n' }));
  await expect(starting).rejects.toThrow('line 2: nobodies: there is no such field');
  expect(pids).toEqual([]);
});

test('Another document goes into force without a restart, unless it is not valid.', async () => {
  const configText = 'version: 1\n';
  await using stack = await startStack(options({ configText, services: ['router'] }));
  await stack.configure('version: 1\naccounts: { shop: {} }\n');
  await expect(stack.configure('version: 2\n')).rejects.toThrow('line 1: version');
  await eventually(() => {
    const log = readFileSync(join(dir, 'logs', 'router.log'), 'utf8');
    expect(log.match(/configuration in force/g)).toHaveLength(2);
  });
  expect(stack.key).toBeUndefined();
});

test("The demo's credentials are refused where others could reach the REST API.", async () => {
  const starting = startStack(options({ restHost: '0.0.0.0' }));
  await expect(starting).rejects.toThrow(
    /REST would listen on 0\.0\.0\.0, .* with the demo's credentials/,
  );
  expect(pids).toEqual([]);
});

test('A start that fails leaves nothing running and says which service refuses what.', async () => {
  const env = { router: { SENDIUM_STOP_TIMEOUT: 'soon' } };
  await expect(startStack(options({ services: ['router'], env }))).rejects.toThrow(
    /^router does not start \(exit code 1\)(.|\n)*SENDIUM_STOP_TIMEOUT/,
  );
  expect(pids.length).toBeGreaterThan(0);
  expect(existsSync(join(dir, 'stack.json'))).toBe(false);
});

test('A start that is given up stops what was started.', async () => {
  const giveUp = new AbortController();
  const starting = startStack(
    options({
      signal: giveUp.signal,
      onEvent: (event) => {
        if (event.kind === 'started') pids.push(event.pid);
        if (event.kind === 'ready' && event.name === 'nats-server') giveUp.abort();
      },
    }),
  );
  await expect(starting).rejects.toThrow();
});
