import type { StoryContext } from '@storybook/react-vite';
import { lazy, Suspense, useId, useState, type ReactNode } from 'react';
import './frame.css';

const DemoCode = lazy(async () => ({ default: (await import('./DemoCode.tsx')).DemoCode }));

const tabs = ['Demo', 'Code'] as const;

interface DemoFrameProps {
  story: StoryContext;
  children: ReactNode;
}

/** A demo, and the files that it is made of. The demo goes on while its code is read. */
export function DemoFrame({ story, children }: DemoFrameProps) {
  const id = useId();
  const [shown, setShown] = useState<(typeof tabs)[number]>('Demo');
  return (
    <div className="demo-frame">
      <div className="demo-tabs" role="tablist" aria-label="What is shown">
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`${id}-${tab}`}
            aria-selected={tab === shown}
            aria-controls={`${id}-panel-${tab}`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => {
              setShown(tab);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
              const other = tab === 'Demo' ? 'Code' : 'Demo';
              setShown(other);
              document.getElementById(`${id}-${other}`)?.focus();
            }}
          >
            {tab}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel-Demo`}
        aria-labelledby={`${id}-Demo`}
        hidden={shown !== 'Demo'}
      >
        {children}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel-Code`}
        aria-labelledby={`${id}-Code`}
        hidden={shown !== 'Code'}
      >
        {shown === 'Code' && (
          <Suspense fallback={<p className="demo-code-wait">Fetching the code …</p>}>
            <DemoCode story={story} />
          </Suspense>
        )}
      </div>
    </div>
  );
}
