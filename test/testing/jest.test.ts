// @vitest-environment node
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { isBuilt } from '../support/built.ts';
import { fromRoot } from '../support/fromRoot.ts';

const run = promisify(execFile);

test.skipIf(!isBuilt)(
  'the recipes run in Jest, as CommonJS of the build, with its fake timers and without',
  async () => {
    const jest = fromRoot('node_modules/jest/bin/jest.js');
    const config = fromRoot('test/jest/jest.config.cjs');
    const { stderr } = await run(process.execPath, [jest, '--config', config, '--ci']);
    expect(stderr).toMatch(/^Tests: +9 passed, 9 total$/m);
  },
);
