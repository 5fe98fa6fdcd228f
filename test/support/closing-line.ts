import type { Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed, N skipped` as the very last line, and names what was skipped. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const skipped = tests.filter((test) => test.result().state === 'skipped');
    const brokenModules = modules.filter((module) => module.errors().length > 0).length;
    const failed = tests.length - passed - skipped.length + brokenModules + errors.length;
    for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`);
    // After the default reporter's own summary, whichever of the two is called first.
    process.once('exit', () => process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`));
  }
}
