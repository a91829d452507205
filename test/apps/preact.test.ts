import { describe } from 'vitest';
import { versionsIn } from './consumer.ts';
import { testViteApp } from './viteApp.ts';

describe(`Preact ${versionsIn('preact')['preact']}`, () => {
  testViteApp('preact');
});
