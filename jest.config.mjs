// One configuration for every project; Jest is run from the project's folder.
export default {
  rootDir: process.cwd(),
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.test.ts'],
  passWithNoTests: true,
  extensionsToTreatAsEsm: ['.ts'],
  injectGlobals: false,
  testTimeout: 60_000,
  testEnvironmentOptions: { customExportConditions: ['@sendium/source', 'node'] },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
      },
    ],
  },
  reporters: process.env.SENDIUM_TEST_TOTALS
    ? ['default', `${import.meta.dirname}/.ci/totals-reporter.mjs`]
    : ['default'],
};
