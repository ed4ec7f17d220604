// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Webhooks a second, and what dead endpoints cost: the real process on a real nats-server that syncs before
 * it answers; the receivers are in this process. Run it by `npm run bench:webhooks`.
 */
import { readFileSync } from 'node:fs';
import { createServer as createSocketServer } from 'node:net';
import { createServer } from 'node:http';
import { sampleMessage, startBackbone } from '@sendium/backbone';
import { deliverChannel } from '@sendium/contracts';
import { freePort, spawnApp } from '@sendium/testkit';
import { documentOf } from '../src/notifier.fixture.ts';
import { sampleReport } from '../src/sample-event.fixture.ts';

const [events = 20_000, beside = 10_000, waiting = 100_000] = process.argv.slice(2).map(Number);

async function fastReceiver() {
  const ids = new Set();
  const counts = { calls: 0 };
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      counts.calls++;
      ids.add(request.headers['webhook-id']);
      response.writeHead(204).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  return { ids, counts, url, close: () => (server.closeAllConnections(), server.close()) };
}

/** Takes connections and never says a word. */
async function blackHole() {
  const sockets = new Set();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => (sockets.forEach((socket) => socket.destroy()), server.close());
  return { url: `http://127.0.0.1:${server.address().port}/hook`, close };
}

const memory = (pid, what) =>
  Math.round(
    Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) /
      1024,
  );
const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
};
const until = async (isDone, everyMs = 20) => {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, everyMs));
};

async function run(name, count, accounts, judge) {
  const backbone = await startBackbone({
    configuration: documentOf(accounts),
    nats: { syncInterval: 'always' },
  });
  for (const account of Object.keys(accounts)) {
    const channel = deliverChannel('webhook', account, 'bench');
    for (let at = 0; at < count; at += 5000) {
      const some = Array.from({ length: Math.min(5000, count - at) }, () =>
        sampleReport('delivered', sampleMessage({ account })),
      );
      await Promise.all(some.map((report) => backbone.publisher.publish(channel, report)));
    }
  }
  const app = await spawnApp({ app: 'notifier', env: { SENDIUM_NATS_URL: backbone.nats.url } });
  const startedMs = performance.now();
  await judge(backbone);
  const seconds = (performance.now() - startedMs) / 1000;
  const told = { seconds: seconds.toFixed(2), 'per second': Math.round(count / seconds) };
  const cpu = Math.round((cpuSeconds(app.pid) / count) * 1e6);
  const rss = memory(app.pid, 'VmRSS');
  console.log(name, {
    ...told,
    'CPU µs each': cpu,
    RSS: rss,
    'RSS peak': memory(app.pid, 'VmHWM'),
  });
  await app.kill();
  await backbone[Symbol.asyncDispose]();
}

const deliverIsEmpty = async ({ bus }) => {
  const { state } = await bus.api('STREAM.INFO.DELIVER');
  return state.messages === 0;
};

{
  const fast = await fastReceiver();
  await run('1 fast endpoint', events, { demo: [{ url: fast.url }] }, () =>
    until(() => fast.ids.size >= events),
  );
  fast.close();
}
{
  const fast = await fastReceiver();
  const holes = await Promise.all(Array.from({ length: 10 }, blackHole));
  const refusing = await Promise.all(
    Array.from({ length: 10 }, async () => `http://127.0.0.1:${await freePort()}/hook`),
  );
  const dead = [...holes.map(({ url }) => url), ...refusing];
  const [elsewhere, ...here] = dead.map((url, n) => ({ name: `dead${n}`, url }));
  const accounts = { demo: [{ url: fast.url }, ...here], other: [elsewhere] };
  await run('1 fast + 20 dead', beside, accounts, () => until(() => fast.ids.size >= beside));
  fast.close();
  for (const { close } of holes) close();
}
{
  const hole = await blackHole();
  await run(`${waiting} waiting for 1 dead`, waiting, { demo: [{ url: hole.url }] }, (backbone) =>
    until(() => deliverIsEmpty(backbone), 200),
  );
  hole.close();
}
