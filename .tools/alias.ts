import { fileURLToPath } from 'node:url';

const fromRoot = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** The package's own names lead to its sources, in tests and stories. The same as `paths` in tsconfig.json. */
export const alias = [
  { find: /^use-event-stream$/, replacement: fromRoot('src/index.ts') },
  { find: /^use-event-stream\/core$/, replacement: fromRoot('src/core/index.ts') },
  { find: /^use-event-stream\/devtools$/, replacement: fromRoot('src/devtools/index.ts') },
  { find: /^use-event-stream\/ai$/, replacement: fromRoot('src/ai/index.ts') },
  { find: /^use-event-stream\/server$/, replacement: fromRoot('src/server/index.ts') },
  { find: /^use-event-stream\/server\/redis$/, replacement: fromRoot('src/server/redis.ts') },
  {
    find: /^use-event-stream\/server\/testing$/,
    replacement: fromRoot('src/server/testing.ts'),
  },
  { find: /^use-event-stream\/tabs$/, replacement: fromRoot('src/tabs/index.ts') },
  { find: /^use-event-stream\/tabs\/worker$/, replacement: fromRoot('src/tabs/worker.ts') },
  { find: /^use-event-stream\/testing$/, replacement: fromRoot('src/testing/index.ts') },
  { find: /^use-event-stream\/testing\/msw$/, replacement: fromRoot('src/testing/msw.ts') },
  { find: /^use-event-stream\/websocket$/, replacement: fromRoot('src/websocket/index.ts') },
];
