// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Who may import whom: the picture in docs/architecture.md, as data. */
const arrows = {
  core: ['core'],
  contract: ['core', 'contract'],
  platform: ['platform'],
  adapter: ['core', 'contract', 'platform'],
  app: ['core', 'contract', 'adapter', 'platform'],
  testing: ['core', 'contract', 'adapter', 'platform', 'testing'],
  tool: ['core', 'contract', 'adapter', 'platform', 'testing', 'tool'],
};

const boundaries = ({ extra = [], pureCore = true } = {}) => [
  'error',
  {
    allow: [],
    banTransitiveDependencies: true,
    depConstraints: Object.entries(arrows).map(([from, to]) => ({
      sourceTag: `type:${from}`,
      onlyDependOnLibsWithTags: [...to, ...extra].map((tag) => `type:${tag}`),
      ...(pureCore && from === 'core' ? { bannedExternalImports: ['*'] } : {}),
    })),
  },
];

/** Values in, values out: no I/O, no clock, no random, in any core lib. */
const coreLibs = ['message', 'text', 'smpp-pdu', 'routing', 'delivery', 'receipts'];
const pure = {
  'no-restricted-imports': ['error', { patterns: ['node:*'] }],
  'no-restricted-globals': [
    'error',
    ...['process', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'performance', 'crypto'],
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now' },
    { object: 'Math', property: 'random' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportAllDeclaration', message: 'List what is exported.' },
    { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: 'Core has no clock: take the time as a value.',
    },
  ],
};

export default tseslint.config(
  { ignores: ['**/dist', 'libs/contracts/src/gen', '**/*.mjs', '**/*.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings come in by loadConfig.' },
        { object: 'process', property: 'exit', message: 'Set process.exitCode and let it end.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'List what is exported.' },
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  { files: coreLibs.map((lib) => `libs/${lib}/src/**/*.ts`), rules: pure },
  {
    // Reading the environment and ending the process is their work.
    files: [
      'libs/runtime/**/*.ts',
      'libs/telemetry/**/*.ts',
      'libs/testkit/**/*.ts',
      'tools/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts', '**/*.fixture.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries({ extra: ['testing'], pureCore: false }),
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      'max-params': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
    },
  },
  prettier,
);
