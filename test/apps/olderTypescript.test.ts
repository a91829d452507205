import { beforeAll, test } from 'vitest';
import { consumer, endedAfterAll, versionsIn, type Consumer } from './consumer.ts';

const held = endedAfterAll();
let app: Consumer;
beforeAll(async () => {
  const names = ['src', 'tsconfig.json', 'tsconfig.node10.json'];
  const shared = Object.fromEntries(names.map((name) => [`test/apps/typescript/${name}`, name]));
  app = await consumer('older-typescript', held, shared);
});

const aliases = Object.entries(versionsIn('older-typescript')).flatMap(([name, version]) =>
  name.startsWith('typescript-') ? [[version?.replace('npm:typescript@', ''), name] as const] : [],
);

test.each(aliases)(
  'TypeScript %s, moduleResolution node10, lib ES2020: finds every entry and knows its types',
  async (version, name) => {
    const tsc = `node_modules/${name}/bin/tsc`;
    const deprecated = version?.startsWith('6') ? ['--ignoreDeprecations', '6.0'] : [];
    await app.run(process.execPath, tsc, '-p', 'tsconfig.node10.json', ...deprecated);
  },
);
