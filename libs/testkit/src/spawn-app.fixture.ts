// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
// A service for the tests of spawnApp: ready when told, ends in order on SIGTERM.
import { createServer } from 'node:http';

const listen = new URL(`http://${process.env['SENDIUM_PROBE_LISTEN'] ?? ''}`);
if (process.env['SENDIUM_REFUSE'] === 'yes') {
  console.error('SENDIUM_NATS_URL is missing');
  process.exit(2);
}
const readyAt = Date.now() + Number(process.env['SENDIUM_READY_AFTER_MS'] ?? '0');
const server = createServer((_request, response) => {
  response.statusCode = Date.now() >= readyAt ? 200 : 503;
  response.end(JSON.stringify(Object.keys(process.env).filter((name) => name === 'NODE_OPTIONS')));
});
server.listen(Number(listen.port), listen.hostname);
process.on('SIGTERM', () => {
  console.log('drained');
  server.close();
  server.closeAllConnections();
});
