// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
// A service for the tests of the supervisor. It answers everything with 200 on the given port.
import { createServer } from 'node:http';

const [port, manner] = process.argv.slice(2);
if (manner === 'refuses') {
  console.error('SENDIUM_NATS_URL: is required');
  process.exit(1);
}
if (manner === 'warns') {
  console.log('{"level":30,"msg":"routine"}');
  console.log('{"level":40,"msg":"careful","connector":"sim"}');
}
const server = createServer((_request, response) => response.end());
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => {
  if (manner === 'ignores') return;
  server.close();
  server.closeAllConnections();
});
