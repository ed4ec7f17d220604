// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** `main.ts --listen 127.0.0.1:8090 [--show]`; the secret is SENDIUM_DEMO_WEBHOOK_SECRET. */
import { parseArgs } from 'node:util';

import { describeReceived, LineLimit } from './describe-event.ts';
import { startReceiver } from './receiver.ts';

const { values } = parseArgs({
  options: {
    listen: { type: 'string', default: '127.0.0.1:8090' },
    /** Prints the bodies, too: texts and numbers. */
    show: { type: 'boolean', default: false },
  },
});
const at = values.listen.lastIndexOf(':');
const lines = new LineLimit(20, (line) => console.log(line));
const ticker = setInterval(() => lines.flush(Date.now()), 1000);
const receiver = await startReceiver({
  host: values.listen.slice(0, at),
  port: Number(values.listen.slice(at + 1)),
  secret: process.env['SENDIUM_DEMO_WEBHOOK_SECRET'] ?? '',
  onEvent: (event, body) => {
    lines.write(describeReceived(event) + (values.show ? `  ${body}` : ''), event.atMs);
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clearInterval(ticker);
    void receiver[Symbol.asyncDispose]();
  });
}
