import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

function count(modules: readonly TestModule[]) {
  let passed = 0;
  let failed = 0;
  for (const module of modules) {
    const failedBefore = failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed++;
      if (state === 'failed') failed++;
    }
    // A file that could not be loaded has failed, though none of its tests did.
    if (module.state() === 'failed' && failed === failedBefore) failed++;
  }
  return { passed, failed };
}

/** Ends the output with one plain line, `N passed, N failed`, for scripts to read. */
export default class SummaryReporter implements Reporter {
  #line: string | undefined;

  onInit() {
    // The other reporters print at the end of the run too: only the exit comes after all of them.
    process.once('exit', () => {
      if (this.#line !== undefined) writeSync(1, `${this.#line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]) {
    const { passed, failed } = count(modules);
    this.#line = `${passed} passed, ${failed + unhandledErrors.length} failed`;
  }
}
