// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { documentSchema } from '@sendium/configuration';
import { format } from 'prettier';
import { z } from 'zod';
import { fieldRows, type JsonSchema } from './document-fields.ts';
import { settingsOf, type DescribedSetting } from './process-settings.ts';

const apps = [
  'ingress-http',
  'ingress-smpp',
  'router',
  'connector',
  'dlr-tracker',
  'notifier',
] as const;

/** The page docs/configuration.md, from the schemas that validate. */
export async function renderConfigurationPage(root: string): Promise<string> {
  const settings = await Promise.all(
    apps.map(async (app) => ({ app, settings: await settingsOf(root, app) })),
  );
  const page = [
    prose('document-preamble.md'),
    documentPart(),
    prose('settings-preamble.md'),
    ...settings.map(settingsPart),
  ].join('\n\n');
  return format(page, { parser: 'markdown', printWidth: 160 });
}

const prose = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

function documentPart(): string {
  const schema = z.toJSONSchema(documentSchema, {
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchema;
  const rows = fieldRows(schema).map(
    ({ path, type, fallback, meaning }) =>
      `| \`${path}\` | ${cell(type)} | ${cell(fallback)} | ${cell(meaning)} |`,
  );
  return ['| field | type | without it | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function settingsPart({
  app,
  settings,
}: {
  readonly app: string;
  readonly settings: readonly DescribedSetting[];
}): string {
  const rows = settings.map(
    ({ variable, expectation, fallback }) =>
      `| \`${variable}\` | ${cell(expectation)} | ${fallback === null ? '' : `\`${fallback}\``} |`,
  );
  return [`### ${app}`, '', '| variable | value | without it |', '|---|---|---|', ...rows].join(
    '\n',
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
