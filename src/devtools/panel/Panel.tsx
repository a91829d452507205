import { useState, type ReactElement } from 'react';
import type { Recording } from '../recording.ts';
import { Details } from './Details.tsx';
import { Resizer } from './Resizer.tsx';
import { remember, remembered } from './memory.ts';
import { Mark } from './Mark.tsx';
import { StreamList } from './StreamList.tsx';
import { css } from './styles.ts';
import { Toolbar } from './Toolbar.tsx';
import { useView, type View } from './useView.ts';

/** What the panel is given. */
export interface PanelProps {
  recording: Recording;
  /** It floats above the page, and opens and closes. */
  initialIsOpen?: boolean | undefined;
  /** It is a part of the page, with this height. */
  height?: number | string | undefined;
  theme?: 'light' | 'dark' | undefined;
  nonce?: string | undefined;
}

const leastHeight = 160;
const usualHeight = 380;

/** The button in the corner: how many streams are open, and whether something is wrong. */
function Opener({
  view,
  onOpen,
  isFocused,
}: {
  view: View;
  onOpen: () => void;
  isFocused: boolean;
}) {
  const open = view.streams.filter(({ status }) => status === 'open').length;
  const failed = view.streams.filter(({ status }) => status === 'failed').length;
  const isTroubled = failed > 0 || view.findings.length > 0;
  const troubles = [failed > 0 && `${failed} failed`, view.findings.length > 0 && 'with warnings'];
  const label = [`Open the stream devtools: ${open} open`, ...troubles.filter(Boolean)].join(', ');
  return (
    <button
      type="button"
      className="ues-opener"
      aria-label={label}
      autoFocus={isFocused}
      onClick={onOpen}
    >
      <Mark />
      <span aria-hidden="true">{open}</span>
      {isTroubled && <span className="ues-alarm" data-failed={failed > 0} aria-hidden="true" />}
    </button>
  );
}

/** How the panel is left, which is kept, and whether it was opened or closed here. */
function useMemory(initialIsOpen: boolean) {
  const [memory, setMemory] = useState(() => remembered(initialIsOpen, usualHeight));
  const [isTouched, setIsTouched] = useState(false);
  const change = (next: Partial<typeof memory>) => {
    const changed = { ...memory, ...next };
    setMemory(changed);
    remember(changed);
  };
  /** Opens or closes it; the focus goes to the button that takes it back. */
  const turn = (isOpen: boolean) => () => {
    setIsTouched(true);
    change({ isOpen });
  };
  return { memory, change, isTouched, open: turn(true), close: turn(false) };
}

/** The panel: floating and closable, or as a part of the page. */
export function Panel({ recording, initialIsOpen = false, height, theme, nonce }: PanelProps) {
  const isEmbedded = height !== undefined;
  const { memory, change, isTouched, open, close } = useMemory(initialIsOpen);
  const [selected, setSelected] = useState<string | null>(null);
  const [isPaused, setIsPaused] = useState(false);
  const isOpen = isEmbedded || memory.isOpen;
  const { view, refresh, clear } = useView(recording, { selected, isOpen, isPaused });
  const act = (action: () => void) => () => {
    action();
    refresh();
  };
  const toolbar = { recording, view, isPaused, clear, act, onPause: setIsPaused };
  const body: ReactElement = (
    <section
      className={`ues-panel ${isEmbedded ? 'ues-embedded' : 'ues-floating'}`}
      aria-label="Stream devtools"
      style={{ height: isEmbedded ? height : memory.height }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isEmbedded || event.defaultPrevented) return;
        // The page has nothing to close.
        event.stopPropagation();
        close();
      }}
    >
      {!isEmbedded && (
        <Resizer
          height={memory.height}
          least={leastHeight}
          onResize={(next) => {
            change({ height: next });
          }}
        />
      )}
      <Toolbar {...toolbar} isFocused={isTouched} onClose={isEmbedded ? undefined : close} />
      <div className="ues-body">
        <StreamList view={view} onSelect={setSelected} />
        <Details
          {...{ view, recording, act }}
          tab={memory.tab}
          onTab={(tab) => {
            change({ tab });
          }}
        />
      </div>
    </section>
  );
  return (
    <div className="ues" data-theme={theme}>
      <style nonce={nonce}>{css}</style>
      {isOpen ? body : <Opener view={view} onOpen={open} isFocused={isTouched} />}
    </div>
  );
}
