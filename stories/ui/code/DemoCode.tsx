import type { StoryContext } from '@storybook/react-vite';
import { use, useEffect, useRef, useState } from 'react';
import { CodeBlock } from './CodeBlock.tsx';
import { fileOf, hookLines, serverFilesOf, usesHook, withImports } from './sources.ts';

/** The files of a demo: what the page does, and what the server does. */
interface Files {
  readonly page: ReadonlyMap<string, string>;
  readonly server: ReadonlyMap<string, string>;
}

const NONE: Files = { page: new Map(), server: new Map() };
const known = new Map<string, Promise<Files>>();

/** The text of the story itself, as Storybook has read it. */
export function textOfStory({ parameters }: StoryContext): string {
  const { docs } = parameters as { docs?: { source?: { originalSource?: string } } };
  return docs?.source?.originalSource ?? '';
}

function filesOf(story: StoryContext): Promise<Files> {
  const files = known.get(story.id) ?? readFiles(story);
  known.set(story.id, files);
  return files;
}

/** Of a file that uses the hook first, then those that it is made of. */
async function readFiles(story: StoryContext): Promise<Files> {
  const text = textOfStory(story);
  const named = text.matchAll(/<([A-Z]\w*)/g);
  const main = [...named].flatMap(([, name = '']) => fileOf(name) ?? [])[0];
  if (main === undefined) return NONE;
  const all = [...(await withImports(main))];
  const page = all.filter(([path]) => path.startsWith('ui/') && !path.endsWith('.css'));
  const inOrder = page.toSorted(([, a], [, b]) => Number(usesHook(b)) - Number(usesHook(a)));
  const paths = await serverFilesOf(text + inOrder.map(([, file]) => file).join('\n'));
  const server = await Promise.all(paths.map((path) => withImports(path)));
  return { page: new Map(inOrder), server: new Map(server.flatMap((files) => [...files])) };
}

/** The whole files that a demo is made of; the one with the hook first, and the hook's part of it in sight. */
export function DemoCode({ story }: { story: StoryContext }) {
  const files = use(filesOf(story));
  const all = new Map([...files.page, ...files.server]);
  const [asked, setAsked] = useState<string | null>(null);
  const path = asked ?? [...all.keys()][0] ?? '';
  const text = all.get(path) ?? '';
  return (
    <div className="demo-code">
      <div className="demo-code-bar">
        <select
          aria-label="File"
          value={path}
          onChange={(event) => {
            setAsked(event.target.value);
          }}
        >
          <Group label="In the page" paths={[...files.page.keys()]} />
          <Group label="On the server" paths={[...files.server.keys()]} />
        </select>
      </div>
      <File key={path} path={path} text={text} />
    </div>
  );
}

function Group({ label, paths }: { label: string; paths: readonly string[] }) {
  if (paths.length === 0) return null;
  return (
    <optgroup label={label}>
      {paths.map((path) => (
        <option key={path} value={path}>
          {path.replace(/^ui\//, '')}
        </option>
      ))}
    </optgroup>
  );
}

function File({ path, text }: { path: string; text: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const marked = hookLines(text);
  useEffect(() => {
    const first = scroller.current?.querySelector<HTMLElement>('[data-marked]');
    if (first && scroller.current) scroller.current.scrollTop = first.offsetTop - 24;
  }, []);
  return (
    <div className="demo-code-file" ref={scroller} tabIndex={0} role="region" aria-label={path}>
      <CodeBlock
        code={text}
        language={path.split('.').at(-1) ?? 'ts'}
        title={path}
        marked={marked}
      />
    </div>
  );
}
