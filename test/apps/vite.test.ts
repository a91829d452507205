import { describe } from 'vitest';
import { versionsIn } from './consumer.ts';
import { testViteApp } from './viteApp.ts';

describe(`React ${versionsIn('vite')['react']} with its compiler`, () => {
  testViteApp('vite');
});
