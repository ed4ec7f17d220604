// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { findRoute } from '@sendium/routing';
import { allowsSender } from './configuration.ts';
import { parseConfiguration } from './parse-configuration.ts';
import { resolveSecret } from './resolve-secret.ts';

const example = `version: 1
accounts:
  demo:
    rest: { keys: [{ name: default, hash: "\${env:SENDIUM_DEMO_KEY_HASH}" }] }
    smpp: { system_id: demo, password: "\${env:SENDIUM_DEMO_SMPP_PASSWORD}", binds: 10, window: 50, networks: [127.0.0.0/8] }
    tps: 0
    default_sender: ACME
    webhooks:
      - { name: main, url: "http://127.0.0.1:8090/hook", secret: "\${env:SENDIUM_DEMO_WEBHOOK_SECRET}", events: [final, message.received] }
connectors:
  sim:
    host: 127.0.0.1
    port: 2776
    system_id: sendium
    password: "\${env:SENDIUM_SIM_PASSWORD}"
    mode: transceiver
    binds: 2
    window: 100
    tps: 0
    timers: { response: 30s, enquire_link: 30s, bind_release: 60s }
    long_message: udh8
    default_alphabet: gsm7
    on_unknown_outcome: resend
    id_format: { response: string, receipt: string }
    group: sim
routes:
  - { name: uk, match: { to: { prefix: "44" } }, send_to: [sim] }
  - { name: default, send_to: [sim] }
inbound:
  - { name: shortcode, match: { to: "12345" }, deliver_to: { account: demo } }
webhooks: { allow_networks: [127.0.0.0/8] }
`;

const problemsOf = (text: string) => {
  const parsed = parseConfiguration(text);
  return parsed.kind === 'invalid' ? parsed.problems : [];
};

test('the document of the manual is valid and means what it says', () => {
  const parsed = parseConfiguration(example, 7);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  const { configuration } = parsed;
  expect(configuration.version).toBe(7);
  expect(configuration.connectors.get('sim')).toMatchObject({
    group: 'sim',
    windowSize: 100,
    timers: { responseMs: 30_000, bindMs: 10_000, throttleMs: 1000 },
    password: { kind: 'env', name: 'SENDIUM_SIM_PASSWORD' },
  });
  expect(configuration.accounts.get('demo')).toMatchObject({
    maxSegments: 10,
    validityMs: 72 * 3_600_000,
    defaultSender: { ton: 5, npi: 0, value: 'ACME' },
  });
  expect(findRoute(configuration.routes, { account: 'demo', to: '447700900123' })?.name).toBe('uk');
});

test.each([
  ['an unknown field', 'tps: 0', 'tsp: 0', 'accounts.demo.tsp', 6, 'there is no such field'],
  ['a wrong type', 'port: 2776', 'port: high', 'connectors.sim.port', 13, 'expected number'],
  ['a number out of range', 'window: 100', 'window: 0', 'connectors.sim.window', 18, '>=1'],
  [
    'a route to nowhere',
    'send_to: [sim] }\n  - { name: default',
    'send_to: [smi] }\n  - { name: default',
    'routes.0.send_to.0',
    27,
    'there is no connector smi',
  ],
  [
    'a repeated name',
    'name: default, send_to',
    'name: uk, send_to',
    'routes.1.name',
    28,
    'uk is taken already',
  ],
  [
    'a duration without unit',
    'response: 30s',
    'response: 30',
    'connectors.sim.timers.response',
    20,
    'expected string',
  ],
  [
    'an unknown choice',
    'mode: transceiver',
    'mode: both',
    'connectors.sim.mode',
    16,
    '"transceiver"',
  ],
  [
    'a missing field',
    '    system_id: sendium\n',
    '',
    'connectors.sim.system_id',
    12,
    'expected string',
  ],
  ['a bad prefix', 'prefix: "44"', 'prefix: "+44"', 'routes.0.match.to.prefix', 27, 'digits'],
])('%s is refused with its path, line and reason', (_, from, to, path, line, reason) => {
  expect(problemsOf(example.replace(from, to))).toContainEqual({
    path,
    line,
    reason: expect.stringContaining(reason),
  });
});

test('a name that cannot be a subject token is refused', () => {
  expect(problemsOf(example.replace('  sim:\n', '  si.m:\n'))).toContainEqual(
    expect.objectContaining({ reason: expect.stringContaining('letters, digits, hyphens') }),
  );
});

test('all problems are told at once, in the order of the lines', () => {
  const lines = problemsOf(
    example.replace('port: 2776', 'port: 0').replace('tps: 0', 'tps: -1'),
  ).map(({ line }) => line);
  expect(lines).toEqual([6, 13]);
});

test.each([
  ['version: 1\naccounts: [', 2],
  ['version: 1\nversion: 1\n', 2],
  ['- 1', 1],
  ['', 1],
])('%j is refused as a document', (text, line) => {
  expect(problemsOf(text)[0]?.line).toBe(line);
});

test('secrets are read where they are needed, and a missing one says what is missing', () => {
  const source = {
    env: (name: string) => (name === 'SET' ? 'secret' : undefined),
    file: (path: string) => {
      if (path === '/run/there') return 'secret\n';
      throw new Error('ENOENT');
    },
  };
  const value = { kind: 'resolved', value: 'secret' };
  expect(resolveSecret({ kind: 'env', name: 'SET' }, source)).toEqual(value);
  expect(resolveSecret({ kind: 'file', path: '/run/there' }, source)).toEqual(value);
  expect(resolveSecret({ kind: 'literal', value: 'secret' }, source)).toEqual(value);
  expect(resolveSecret({ kind: 'env', name: 'NOT' }, source)).toEqual({
    kind: 'missing',
    reason: 'the variable NOT is not set',
  });
  expect(resolveSecret({ kind: 'file', path: '/no' }, source)).toEqual({
    kind: 'missing',
    reason: 'the file /no cannot be read: ENOENT',
  });
});

const connectorOf = (...lines: readonly string[]): string =>
  [
    'version: 1',
    'connectors:',
    '  sim:',
    ...['system_id: x', 'password: y', ...lines].map((line) => `    ${line}`),
  ].join('\n');
const here = ['host: 127.0.0.1', 'port: 2775'];

const simOf = (...lines: readonly string[]) => {
  const parsed = parseConfiguration(connectorOf(...here, ...lines));
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  const sim = parsed.configuration.connectors.get('sim');
  if (sim === undefined) throw new Error('there is no connector');
  return sim;
};

test('a connector that says nothing else sends what carriers usually take', () => {
  expect(simOf()).toMatchObject({
    hosts: [{ host: '127.0.0.1', port: 2775 }],
    hostOrder: 'standby',
    interfaceVersion: 0x34,
    hasTlvs: true,
    statusPolicy: new Map(),
    retryDelaysMs: [5_000, 15_000, 60_000, 300_000, 900_000],
    timers: {
      ...{ reconnectMs: 1_000, reconnectMaxMs: 30_000, refusedMs: 15_000, refusedMaxMs: 300_000 },
      ...{ throttleMs: 1_000, throttleMaxMs: 10_000, bindReleaseMs: 60_000 },
    },
    submit: {
      ...{ serviceType: '', esmClass: 0, protocolId: 0, priorityFlag: 0, tlvs: [] },
      ...{ validity: 'relative', validityMaxMs: 2_592_000_000, registeredDelivery: 'asked' },
      addressing: { source: {}, destination: {} },
    },
  });
});

test('a status policy goes by numbers, names and codes of vendors', () => {
  const { statusPolicy } = simOf(
    'status_policy:',
    '  0x45: next_target',
    '  ESME_RINVDSTADR: { retry: { delays: [1s, 2m] } }',
    '  0x000004A1: { retry: { attempts: 3 } }',
    '  1105: throttle',
  );
  expect(statusPolicy).toEqual(
    new Map<number, unknown>([
      [0x45, { kind: 'next_target' }],
      [0x0b, { kind: 'retry', delaysMs: [1_000, 120_000] }],
      [0x4a1, { kind: 'retry', attempts: 3 }],
      [1105, { kind: 'throttle' }],
    ]),
  );
});

test('hosts, TLS, addressing and TLVs of a connector mean what they say', () => {
  const parsed = parseConfiguration(
    connectorOf(
      'hosts: [{ host: a.example, port: 2775 }, { host: b.example, port: 2776 }]',
      'host_order: round_robin',
      'tls: { server_name: smsc.example, ca: "${file:/ca.pem}" }',
      'addressing: { source: { international: { ton: 1, npi: 1, plus: true }, short: { ton: 3, npi: 0 } } }',
      'submit_tlvs: [{ tag: 0x1400, hex: "00ff" }, { tag: 0x1401, text: "AB" }]',
    ),
  );
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  expect(parsed.configuration.connectors.get('sim')).toMatchObject({
    hosts: [
      { host: 'a.example', port: 2775 },
      { host: 'b.example', port: 2776 },
    ],
    tls: { serverName: 'smsc.example', ca: { kind: 'file', path: '/ca.pem' } },
    submit: {
      addressing: {
        source: { international: { ton: 1, npi: 1, plus: true }, short: { ton: 3, npi: 0 } },
        destination: {},
      },
      tlvs: [
        { tag: 0x1400, value: Buffer.from([0, 0xff]) },
        { tag: 0x1401, value: Buffer.from('AB\0') },
      ],
    },
  });
});

test.each([
  [connectorOf(), 'needs `host` and `port`, or `hosts`'],
  [connectorOf('host: a'), 'needs `host` and `port`, or `hosts`'],
  [connectorOf(...here, 'hosts: [{ host: b, port: 1 }]'), 'needs `host` and `port`, or `hosts`'],
  [connectorOf(...here, 'status_policy: { 0x45: perhaps }'), 'expected one of'],
  [connectorOf(...here, 'status_policy: { 0: reject }'), 'must be a command_status above 0'],
  [connectorOf(...here, 'status_policy: { ESME_NONE: reject }'), 'must be a command_status'],
  [connectorOf(...here, 'status_policy: { 8: { retry: {} } }'), 'needs `delays` or `attempts`'],
  [connectorOf(...here, 'submit_tlvs: [{ tag: 0x1400 }]'), 'needs `text` or `hex`'],
  [connectorOf(...here, 'submit_tlvs: [{ tag: 0x1400, hex: "0" }]'), 'pairs of hexadecimal'],
  [connectorOf(...here, 'long_message: sar', 'tlvs: false'), 'needs TLVs'],
  [
    connectorOf(...here, 'interface_version: "3.3"', 'submit_tlvs: [{ tag: 5120, hex: "00" }]'),
    'needs TLVs',
  ],
])('a connector that contradicts itself is refused with the reason (%#)', (text, reason) => {
  const problems = problemsOf(text);
  expect(problems.map((problem) => problem.reason).join('\n')).toContain(reason);
});

test.each([
  ['aliases that grow without bound', bomb()],
  ['an alias of nothing', 'version: *none'],
])('a document with %s is not valid, and nothing is thrown', (_, text) => {
  const parsed = parseConfiguration(text);
  expect(parsed).toMatchObject({ kind: 'invalid', problems: [{ line: 1 }] });
});

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let n = 1; n < 10; n++) lines.push(`a${n}: &a${n} [${`*a${n - 1},`.repeat(9)}]`);
  return lines.join('\n');
}

test('a key itself in the place of its hash is refused, and not repeated', () => {
  const text =
    'version: 1\naccounts:\n  a: { rest: { keys: [{ name: k, hash: my-secret-key }] } }\n';
  const parsed = parseConfiguration(text);
  expect(parsed).toMatchObject({
    kind: 'invalid',
    problems: [{ path: 'accounts.a.rest.keys.0.hash', line: 3 }],
  });
  expect(JSON.stringify(parsed)).not.toContain('my-secret');
});

test('what an SMPP client may do has defaults, and is read where it is given', () => {
  const accountOf = (smpp: string, more = '') => {
    const text = `version: 1
accounts:
  a:
    smpp: { system_id: a, password: p ${smpp} }
    ${more}
`;
    const parsed = parseConfiguration(text);
    if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
    const account = parsed.configuration.accounts.get('a');
    if (account === undefined) throw new Error('missing');
    return account;
  };
  expect(accountOf('').smpp).toEqual({
    systemId: 'a',
    password: { kind: 'literal', value: 'p' },
    bindTypes: ['transmitter', 'receiver', 'transceiver'],
    ...{
      maxBinds: 10,
      windowSize: 50,
      defaultAlphabet: 'gsm7',
      clientParts: 'pass',
      lane: 'normal',
    },
    messageIds: 'full',
    receipts: { windowSize: 20, responseMs: 30_000, offsetMinutes: 0, hasText: false },
  });
  const given = accountOf(
    ', bind_types: [receiver], lane: bulk, receipts: { time_zone: "-03:30", text: true }',
    'senders: [ACME, "+447700900000"]',
  );
  expect(given.smpp).toMatchObject({ bindTypes: ['receiver'], lane: 'bulk' });
  expect(given.smpp?.receipts).toMatchObject({ offsetMinutes: -210, hasText: true });
  const sender = (value: string) => ({ ton: 5, npi: 0, value });
  const allowed = ['acme', '447700900000', 'EVIL'].map((one) => allowsSender(given, sender(one)));
  expect(allowed).toEqual([true, true, false]);
  expect(allowsSender(accountOf(''), sender('EVIL'))).toBe(true);
});
