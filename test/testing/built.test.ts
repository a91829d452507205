// @vitest-environment node
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { isBuilt } from '../support/built.ts';
import { fromRoot } from '../support/fromRoot.ts';

const run = promisify(execFile);

test.skipIf(!isBuilt).for(['esm', 'cjs'])(
  'the hooks and their mock have one React context, as %s',
  async (format) => {
    const page = fromRoot('test/testing/builtPage.mjs');
    const { stdout } = await run(process.execPath, [page, format]);
    expect(stdout).toBe('open here');
  },
);
