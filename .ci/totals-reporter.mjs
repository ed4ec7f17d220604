// Appends what one project's Jest run counted to the file named by SENDIUM_TEST_TOTALS.
import { appendFileSync } from 'node:fs';

export default class TotalsReporter {
  onRunComplete(_contexts, results) {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = results;
    // A suite that could not even be loaded has no failed test of its own: it counts as one.
    const brokenSuites = results.testResults.filter((suite) => suite.testExecError).length;
    const failed = numFailedTests + Math.min(brokenSuites, numFailedTestSuites);
    appendFileSync(
      process.env.SENDIUM_TEST_TOTALS,
      `${numPassedTests} ${failed} ${numPendingTests}\n`,
    );
  }
}
