// Appends what one project's Jest run counted to the file named by SENDIUM_TEST_TOTALS, and what failed,
// with the first lines of why, to the one beside it whose name ends in .failures.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const linesShown = 12;
const workspace = new URL('..', import.meta.url).pathname;

export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = results;
    // A suite that could not even be loaded has no failed test of its own: it counts as one.
    const brokenSuites = results.testResults.filter((suite) => suite.testExecError).length;
    const failed = numFailedTests + Math.min(brokenSuites, numFailedTestSuites);
    const totals = process.env.SENDIUM_TEST_TOTALS;
    appendFileSync(totals, `${numPassedTests} ${failed} ${numPendingTests}\n`);
    appendFileSync(`${totals}.failures`, results.testResults.flatMap(failuresOf).join(''));
  }
}

/** A paragraph for each test that failed, or for the suite that could not be run. */
function failuresOf({ testFilePath, testExecError, testResults, failureMessage }) {
  const file = relative(workspace, testFilePath);
  if (testExecError) return [paragraph(file, failureMessage ?? String(testExecError.message))];
  return testResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) =>
      paragraph(`${file}: ${fullName}`, failureMessages.join('\n')),
    );
}

function paragraph(title, reason) {
  const lines = stripVTControlCharacters(reason)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const shown = lines.slice(0, linesShown).map((line) => `    ${line}\n`);
  return `FAILED ${title}\n${shown.join('')}`;
}
