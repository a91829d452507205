import { expect, test } from 'vitest';
import { consumer, endedAfterAll, versionsIn } from './consumer.ts';
import { storyOf, storyResult } from './story.ts';

const held = endedAfterAll();

test.each(['parcel', 'webpack'].map((name) => [name, versionsIn(name)[name]] as const))(
  '%s %s, without `exports`: /core and /testing are found and bundled',
  async (name) => {
    const app = await consumer(name, held, { 'test/apps/shared': 'shared' });
    await app.run('npm', 'run', 'build');
    const bundled = storyOf((url) => app.run(process.execPath, 'dist/main.js', url));
    expect(await bundled).toEqual({ ...storyResult, scripted: ['one'] });
  },
);
