// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { DemoAccess } from './stack-file.ts';
import type { Stack } from './stack.ts';
import type { StackEvent } from './supervised.ts';
import { describeExit } from './supervisor.ts';

/** One labelled line, easily read and easily parsed. */
export const labelled = (label: string, text: string): string => `${label.padEnd(15)}${text}`;

const example = '{"to":"+447700900123","from":"ACME","text":"Hello"}';

const curls = (rest: string, key: string): string[] => [
  '',
  'Send a message:',
  `curl -X POST ${rest}/v1/messages -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d '${example}'`,
  '',
  'Ask what became of it (ID is in the answer):',
  `curl ${rest}/v1/messages/ID -H 'Authorization: Bearer ${key}'`,
  `curl ${rest}/v1/messages/ID/events -H 'Authorization: Bearer ${key}'`,
  '',
];

const smppLine = (address: string, demo: DemoAccess | undefined): string =>
  demo === undefined
    ? address
    : `${address}  system_id ${demo.system_id}  password ${demo.password}`;

const receiverLine = ({ demo_receiver: url = '' }: Stack['urls']): string =>
  `${url}/hook  (demo-receiver: what arrives is shown here, and at ${url}/received)`;

const tracesLine = ({ otlp = '', jaeger }: Stack['urls']): string =>
  jaeger === undefined
    ? `every message, to ${otlp}`
    : `${jaeger}  (Jaeger: paste the id of a message)`;

const inboundCurl = (control: string): string[] => [
  'An SMS from a mobile:',
  `curl ${control}/inject -d '{"from":"+447700900456","to":"12345","text":"Hello back"}'`,
  '',
];

/** What a user needs once all is ready. */
export const describeStack = ({ urls, demo }: Pick<Stack, 'urls' | 'demo'>): string[] => [
  labelled('REST API', urls.rest),
  ...(demo === undefined ? [] : [labelled('API key', demo.key)]),
  labelled('SMPP', smppLine(urls.smpp, demo)),
  ...(urls.simulator_control === undefined ? [] : [labelled('Simulator', urls.simulator_control)]),
  ...(urls.demo_receiver === undefined ? [] : [labelled('Webhooks', receiverLine(urls))]),
  ...(urls.otlp === undefined ? [] : [labelled('Traces', tracesLine(urls))]),
  ...Object.entries(urls.metrics).map(([name, url]) => labelled('Metrics', `${url}  (${name})`)),
  ...(demo === undefined ? [''] : curls(urls.rest, demo.key)),
  ...(urls.demo_receiver === undefined ? [] : inboundCurl(urls.simulator_control ?? '')),
  'Ctrl-C stops everything.',
];

const plan = (restartInMs: number): string =>
  restartInMs === 0 ? 'restarting at once' : `restarting in ${restartInMs / 1000} s`;

/** What of an event belongs on the terminal; undefined for nothing. */
export const describeEvent = (event: StackEvent): string | undefined => {
  switch (event.kind) {
    case 'ended': {
      if (event.restartInMs === undefined) return undefined;
      const exit = describeExit(event.code, event.signal);
      return labelled(event.name, `ended (${exit}), ${plan(event.restartInMs)}`);
    }
    case 'notable':
      return labelled(event.name, event.text);
    case 'ready':
      return labelled(event.name, `ready (pid ${event.pid})`);
    case 'started':
      return undefined;
  }
};
