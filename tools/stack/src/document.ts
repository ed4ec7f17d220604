// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describeProblems, parseConfiguration } from '@sendium/configuration';
import { workspaceRoot } from '@sendium/testkit';

import { portTable } from './ports.ts';
import type { Ports } from './ports.ts';

/** The configuration document as it will be applied. */
export interface LocalDocument {
  readonly text: string;
  /** For messages: the file it came from. */
  readonly origin: string;
  /** It refers to the demo's credentials, which are for this machine only. */
  readonly usesDemoKey: boolean;
  /** What it refers to by `${env:NAME}`. */
  readonly variables: readonly string[];
}

/** The document cannot be used; the message names file, line, path and reason. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

export interface DocumentSource {
  readonly configText?: string | ((ports: Ports) => string) | undefined;
  readonly configFile?: string | undefined;
}

const shippedFile = join(workspaceRoot, 'deploy/local/sendium.yaml');

const readDocument = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : String(code);
    throw new DocumentError(`${file}: ${reason}`, { cause });
  }
};

/** In the shipped document the connector follows the simulator, and the webhook its receiver, to their ports. */
const followPorts = (text: string, { smsc, webhook }: Ports): string =>
  text
    .replaceAll(`port: ${portTable.smsc.port} #`, `port: ${smsc} #`)
    .replaceAll(`127.0.0.1:${portTable.webhook.port}/hook`, `127.0.0.1:${webhook}/hook`);

/** Reads and validates the document. Throws `DocumentError`. */
export const loadDocument = async (
  { configText, configFile }: DocumentSource,
  ports: Ports,
): Promise<LocalDocument> => {
  const file = configFile ?? shippedFile;
  const given = typeof configText === 'function' ? configText(ports) : configText;
  const text = given ?? (await readDocument(file));
  const followed = given === undefined && configFile === undefined;
  const origin = given === undefined ? file : 'configuration';
  return validated(followed ? followPorts(text, ports) : text, origin);
};

/** Throws `DocumentError` with every problem when there is one. */
export const validated = (text: string, origin: string): LocalDocument => {
  const parsed = parseConfiguration(text);
  if (parsed.kind === 'invalid') {
    throw new DocumentError(`${origin} is not valid:\n${describeProblems(parsed.problems)}`);
  }
  const variables = [...text.matchAll(/\$\{env:([^}]+)\}/g)].map(([, name = '']) => name);
  const usesDemoKey = variables.some((name) => name.startsWith('SENDIUM_DEMO_'));
  return { text, origin, usesDemoKey, variables: [...new Set(variables)] };
};
