// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, freePorts } from '@sendium/testkit';
import { programPath } from './programs.ts';
import type { SmppTarget } from './smpp-target.ts';

/** Kannel's bearerbox, bound to a target as a transceiver, and its smsbox with an HTTP port. */
export interface Kannel extends AsyncDisposable {
  /** Hands a message in; `dlrUrl` is asked when it is delivered. Resolves with the HTTP status. */
  send(message: Readonly<Record<string, string>>): Promise<number>;
  /** bearerbox's own words on its links. */
  status(): Promise<string>;
  /** What both programs have said, for a failed test. */
  readonly output: string;
}

const credentials = { username: 'test', password: 'test' };

/** Starts both; they end when it is disposed of. */
export async function startKannel(target: SmppTarget): Promise<Kannel> {
  const [admin, box, http] = await freePorts(3);
  if (admin === undefined || box === undefined || http === undefined) throw new Error('no ports');
  const dir = mkdtempSync(join(tmpdir(), 'sendium-kannel-'));
  const file = join(dir, 'kannel.conf');
  writeFileSync(file, configurationOf(target, { admin, box, http }));
  const run = (command: string) =>
    Child.start({ name: command, command, args: [file], env: programPath, cwd: dir });
  const bearerbox = await run('bearerbox');
  const status = async () =>
    (await fetch(`http://127.0.0.1:${admin}/status.txt?password=test`)).text();
  await bearerbox.until(status, 20_000);
  const smsbox = await run('smsbox');
  return {
    status,
    async send(message) {
      const query = new URLSearchParams({ ...credentials, ...message });
      const response = await fetch(`http://127.0.0.1:${http}/cgi-bin/sendsms?${query.toString()}`);
      return response.status;
    },
    get output() {
      return `${bearerbox.output}\n${smsbox.output}`;
    },
    async [Symbol.asyncDispose]() {
      await smsbox.stop(2_000);
      await bearerbox.stop(8_000);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function configurationOf(
  { port, systemId, password }: SmppTarget,
  ports: { readonly admin: number; readonly box: number; readonly http: number },
): string {
  return `
group = core
admin-port = ${ports.admin}
admin-interface = 127.0.0.1
admin-password = test
smsbox-port = ${ports.box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1

group = smsc
smsc = smpp
smsc-id = sendium
host = 127.0.0.1
port = ${port}
transceiver-mode = true
smsc-username = ${systemId}
smsc-password = ${password}
system-type = test
interface-version = 34
enquire-link-interval = 2
max-pending-submits = 10
source-addr-autodetect = true
dest-addr-ton = 1
dest-addr-npi = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = ${ports.box}
sendsms-port = ${ports.http}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = ${credentials.username}
password = ${credentials.password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
max-messages = 0
get-url = "http://127.0.0.1:1/"
`;
}
