import { server } from 'vitest/browser';

/** Whether the test runs in Firefox. */
export const isFirefox = server.browser === 'firefox';

/** Whether the test runs in WebKit; where it is neither, it is a Chromium. */
export const isWebKit = server.browser === 'webkit';
