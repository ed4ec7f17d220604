// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from '@jest/globals';

interface Line {
  readonly msg: string;
  readonly level: string;
  readonly released?: string;
  readonly probes?: { readonly port: number };
  readonly problems?: readonly { readonly variable: string }[];
}

/** The fixture as a process of its own, its log lines as they come. */
class Fixture {
  readonly lines: Line[] = [];
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  readonly #waiting = new Set<() => void>();

  constructor(env: Record<string, string>) {
    const file = new URL('./run-service.fixture.ts', import.meta.url).pathname;
    this.child = spawn(process.execPath, ['--conditions=@sendium/source', file], {
      env: { SENDIUM_PROBE_LISTEN: '127.0.0.1:0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = once(this.child, 'close');
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line);
      for (const look of this.#waiting) look();
    });
  }

  async line(msg: string): Promise<Line> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.lines.find((line) => line.msg === msg);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  async get(path: string): Promise<Response> {
    const { probes } = await this.line('starting');
    return fetch(`http://127.0.0.1:${String(probes?.port)}${path}`);
  }

  async exitCode(): Promise<unknown> {
    return (await this.exited)[0];
  }
}

const running: Fixture[] = [];
const launch = (behaviour: string, env: Record<string, string> = {}): Fixture => {
  const fixture = new Fixture({ SENDIUM_FIXTURE: behaviour, ...env });
  running.push(fixture);
  return fixture;
};

afterEach(async () => {
  for (const fixture of running.splice(0)) {
    fixture.child.kill('SIGKILL');
    await fixture.exited;
  }
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'is ready after its start, and on %s releases everything in reverse order and exits with 0',
  async (signal) => {
    const service = launch('good');
    await service.line('started');
    const ready = await service.get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, checks: { started: { ready: true }, link: { ready: true } } },
    ]);
    service.child.kill(signal);
    service.child.kill(signal);
    expect(await service.exitCode()).toBe(0);
    expect(service.lines.flatMap((line) => line.released ?? [])).toEqual([
      'server',
      'publisher',
      'bus',
    ]);
  },
);

test('is alive, not ready and says why while it still waits for what it needs', async () => {
  const service = launch('waits');
  await service.line('starting');
  const live = await service.get('/livez');
  expect(live.status).toBe(200);
  const ready = await service.get('/readyz');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    checks: { started: { reason: 'starting' }, link: { reason: 'not there yet' } },
  });
  service.child.kill('SIGTERM');
  expect(await service.exitCode()).toBe(0);
});

test('stays alive and says that it is stopping while it drains', async () => {
  const service = launch('hangs', { SENDIUM_STOP_TIMEOUT: '1s' });
  await service.line('started');
  service.child.kill('SIGTERM');
  await service.line('stopping');
  const ready = await service.get('/readyz');
  expect(await ready.json()).toMatchObject({
    ready: false,
    checks: { started: { reason: 'stopping' } },
  });
  expect((await service.get('/livez')).status).toBe(200);
});

test('gives up what is not released in time, with exit code 1', async () => {
  const service = launch('hangs', { SENDIUM_STOP_TIMEOUT: '50ms' });
  await service.line('started');
  service.child.kill('SIGTERM');
  expect(await service.exitCode()).toBe(1);
  expect(service.lines.at(-1)).toMatchObject({ level: 'error', msg: 'could not stop in time' });
});

test.each([
  ['throws', 'failed', true],
  ['fails-later', 'failed', true],
  ['rejects-later', 'nobody handled this', false],
  ['throws-later', 'nobody handled this', false],
])('a service that %s ends with exit code 1 and a fatal line', async (behaviour, msg, releases) => {
  const service = launch(behaviour);
  expect(await service.exitCode()).toBe(1);
  expect(service.lines.find((line) => line.msg === msg)?.level).toBe('fatal');
  expect(service.lines.some((line) => line.released !== undefined)).toBe(releases);
});

test('does not start with settings that cannot be used, and names them all', async () => {
  const service = launch('nonsense', { SENDIUM_LOG_LEVEL: 'loud', SENDIUM_X: '1' });
  expect(await service.exitCode()).toBe(1);
  expect(service.lines).toHaveLength(1);
  expect(service.lines[0]?.problems?.map(({ variable }) => variable)).toEqual([
    'SENDIUM_LOG_LEVEL',
    'SENDIUM_FIXTURE',
    'SENDIUM_X',
  ]);
});

test('gives its metrics in text form and nothing to anybody who asks for other things', async () => {
  const service = launch('good');
  const metrics = await service.get('/metrics');
  expect(metrics.headers.get('content-type')).toBe('text/plain');
  expect(await metrics.text()).toBe('up 1\n');
  expect((await service.get('/etc/passwd')).status).toBe(404);
});
