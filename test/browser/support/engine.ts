import { server } from 'vitest/browser';

/** Whether the test runs in Firefox; else it is a Chromium. */
export const isFirefox = server.browser === 'firefox';
