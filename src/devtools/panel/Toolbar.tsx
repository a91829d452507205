import type { ReactNode } from 'react';
import type { Recording } from '../recording.ts';
import { Mark } from './Mark.tsx';
import type { View } from './useView.ts';
import { bytes, rate } from './words.ts';

/** Does something, and shows at once what has come of it. */
export type Act = (action: () => void) => () => void;

interface ToggleProps {
  isOn: boolean;
  onClick: () => void;
  disabled?: boolean;
  title?: string | undefined;
  children: ReactNode;
}

/** A button that stays pressed. */
export const Toggle = ({ isOn, ...props }: ToggleProps) => (
  <button type="button" className="ues-button" aria-pressed={isOn} {...props} />
);

interface ToolbarProps {
  recording: Recording;
  view: View;
  isPaused: boolean;
  onPause: (isPaused: boolean) => void;
  clear: () => void;
  act: Act;
  isFocused: boolean;
  onClose: (() => void) | undefined;
}

const delays = [0, 500, 2_000, 10_000];

/** How long each attempt is held back. */
const Delay = ({ recording, act }: Pick<ToolbarProps, 'recording' | 'act'>) => (
  <label className="ues-select">
    Delay
    <select
      value={recording.delay}
      onChange={({ target }) => {
        act(() => {
          recording.setDelay(Number(target.value));
        })();
      }}
    >
      {delays.map((ms) => (
        <option key={ms} value={ms}>
          {ms === 0 ? 'none' : `${ms / 1_000} s`}
        </option>
      ))}
    </select>
  </label>
);

/** What holds for all streams. */
export function Toolbar(props: ToolbarProps) {
  const { recording, view, isPaused, onPause, clear, act, isFocused, onClose } = props;
  const { isOffline } = recording;
  const open = view.streams.filter(({ status }) => status === 'open');
  const sum = (key: 'events' | 'bytes') => open.reduce((all, { rates }) => all + rates[key], 0);
  return (
    <header className="ues-toolbar">
      <strong className="ues-brand">
        <Mark /> Streams
      </strong>
      <span className="ues-summary">
        <b>{open.length}</b> open <i>·</i> <b>{rate(sum('events'))}</b> events/s <i>·</i>{' '}
        <b>{bytes(sum('bytes'))}</b>/s
      </span>
      <span className="ues-actions">
        <Toggle
          isOn={isOffline}
          title="No attempt of any stream reaches its server"
          onClick={act(() => {
            recording.setOffline(!isOffline);
          })}
        >
          Offline
        </Toggle>
        <Delay recording={recording} act={act} />
        <Toggle
          isOn={isPaused}
          title="Freezes the wire and the timeline; the streams go on"
          onClick={() => {
            onPause(!isPaused);
          }}
        >
          Pause
        </Toggle>
        <button type="button" className="ues-button" onClick={clear}>
          Clear
        </button>
        {onClose && (
          <button
            type="button"
            className="ues-button ues-close"
            aria-label="Close the stream devtools"
            title="Close (Esc)"
            autoFocus={isFocused}
            onClick={onClose}
          >
            ✕
          </button>
        )}
      </span>
    </header>
  );
}
