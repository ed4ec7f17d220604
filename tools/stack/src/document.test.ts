// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseConfiguration } from '@sendium/configuration';
import { expect, test } from '@jest/globals';

import { loadDocument } from './document.ts';
import { choosePorts } from './ports.ts';

test('The shipped document is valid, and follows the simulator and the demo receiver to their ports.', async () => {
  const ports = await choosePorts('free');
  const document = await loadDocument({}, ports);
  expect(document.usesDemoKey).toBe(true);
  const parsed = parseConfiguration(document.text);
  if (parsed.kind !== 'valid') throw new Error('not valid');
  const { connectors, accounts } = parsed.configuration;
  expect(connectors.get('sim')?.hosts[0]?.port).toBe(ports.smsc);
  const urls = accounts.get('demo')?.webhooks.map(({ url }) => url);
  expect(urls).toEqual([`http://127.0.0.1:${ports.webhook}/hook`]);
});

test('A document that is not valid is refused with file, line, path and reason.', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sendium-document-'));
  const configFile = join(dir, 'mine.yaml');
  writeFileSync(configFile, 'version: 1\nroutes:\n  - { name: all, send_to: [nobody] }\n');
  const ports = await choosePorts({});
  await expect(loadDocument({ configFile }, ports)).rejects.toThrow(
    /mine\.yaml is not valid:\nline 3: routes\.0\.send_to.*: .*nobody/,
  );
  rmSync(dir, { recursive: true });
  await expect(loadDocument({ configFile }, ports)).rejects.toThrow('there is no such file');
});

test('What a document refers to in the environment is known, whatever its name.', async () => {
  const configText = `version: 1
accounts:
  mine: { rest: { keys: [{ name: a, hash: "\${env:MY_HASH}" }, { name: b, hash: "\${env:MY_HASH}" }] } }
`;
  const document = await loadDocument({ configText }, await choosePorts({}));
  expect(document).toMatchObject({ usesDemoKey: false, variables: ['MY_HASH'] });
});

test("A document of one's own is taken as it is, also with the port of the simulator.", async () => {
  const ports = await choosePorts({ smsc: 3000 });
  const configText = 'version: 1 # port: 2776 #';
  const document = await loadDocument({ configText }, ports);
  expect(document).toMatchObject({ text: configText, usesDemoKey: false });
});
