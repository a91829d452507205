// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';

const text = (path: string) => readFileSync(fromRoot(path), 'utf8');

test('the service worker of the built Storybook is that of the installed MSW', () => {
  // Where it is not: npx msw init .storybook/public --no-save
  expect(text('.storybook/public/mockServiceWorker.js')).toBe(
    text('node_modules/msw/lib/mockServiceWorker.js'),
  );
});
