import type { LogTail } from 'use-event-stream';
import { CopyButton } from './CopyButton.tsx';

interface LogControlsProps {
  log: LogTail;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
}

/** What can be done with a log. */
export function LogControls({ log, wrap, onWrap }: LogControlsProps) {
  const { follow, setFollow, paused, pause, resume, clear, toText, download } = log;
  return (
    <div className="toolbar log-controls" role="group" aria-label="Log">
      <Toggle label="Follow" pressed={follow} onChange={setFollow} />
      <Toggle label="Pause" pressed={paused} onChange={paused ? resume : pause} />
      <Toggle label="Wrap" pressed={wrap} onChange={onWrap} />
      <button type="button" className="log-clear" onClick={clear}>
        Clear
      </button>
      <CopyButton text={() => toText({ filtered: true, stripAnsi: true })} />
      <button
        type="button"
        onClick={() => {
          download('service.log', { stripAnsi: true });
        }}
      >
        Download
      </button>
    </div>
  );
}

interface ToggleProps {
  label: string;
  pressed: boolean;
  onChange: (pressed: boolean) => void;
}

function Toggle({ label, pressed, onChange }: ToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={() => {
        onChange(!pressed);
      }}
    >
      {label}
    </button>
  );
}
