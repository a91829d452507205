import type { LogTail } from 'use-event-stream';
import { Icon } from '../Icon.tsx';
import { IconButton } from '../IconButton.tsx';
import { count, countOf } from './count.ts';
import type { TimeMode } from './readLine.ts';

/** How the lines of a log are shown. */
export interface LogLook {
  wrap: boolean;
  time: TimeMode;
}

interface LogControlsProps {
  log: LogTail;
  look: LogLook;
  onLook: (look: LogLook) => void;
  /** Says what has come of a click. */
  say: (text: string) => void;
}

/** What can be done with a log. */
export function LogControls({ log, look, onLook, say }: LogControlsProps) {
  const { follow, setFollow } = log;
  return (
    <div className="log-controls" role="group" aria-label="Log">
      <PauseButton log={log} />
      <span className="log-icons">
        <button
          type="button"
          className="log-follow"
          aria-label="Follow"
          aria-pressed={follow}
          onClick={() => {
            setFollow(!follow);
          }}
        >
          <Icon name="follow" />
          <span className="log-word">Follow</span>
        </button>
        <IconButton
          icon="wrap"
          label="Wrap lines"
          pressed={look.wrap}
          onClick={() => {
            onLook({ ...look, wrap: !look.wrap });
          }}
        />
        <TextButtons log={log} say={say} />
      </span>
    </div>
  );
}

/** One button in one place: it says what waits, and how to get it. */
function PauseButton({ log: { paused, pending, pause, resume } }: { log: LogTail }) {
  return (
    <button
      type="button"
      className={paused ? 'log-pause primary' : 'log-pause'}
      onClick={paused ? resume : pause}
    >
      <Icon name={paused ? 'play' : 'pause'} />
      {paused ? `Resume (${count(pending)})` : 'Pause'}
    </button>
  );
}

const TIMES: readonly (readonly [TimeMode, string])[] = [
  ['local', 'Local time'],
  ['relative', 'Time ago'],
  ['sent', 'As sent'],
];

/** Which times are shown. */
export function TimeField({ look, onLook }: Pick<LogControlsProps, 'look' | 'onLook'>) {
  return (
    <select
      aria-label="Times"
      value={look.time}
      onChange={({ target }) => {
        const time = TIMES.find(([mode]) => mode === target.value)?.[0] ?? 'local';
        onLook({ ...look, time });
      }}
    >
      {TIMES.map(([mode, label]) => (
        <option key={mode} value={mode}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** How many lines a text has: to find the breaks is cheaper than to cut it there. */
function linesIn(text: string): string {
  let found = text === '' ? 0 : 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) found += 1;
  return countOf(found, 'line');
}

/** What takes the text of the log, and what throws it away. */
function TextButtons({ log, say }: Pick<LogControlsProps, 'log' | 'say'>) {
  const { toText, download, clear } = log;
  const isEmpty = log.lines.length === 0;
  const options = { filtered: true, stripAnsi: true };
  const copy = async () => {
    const text = toText(options);
    const what = linesIn(text);
    // The browser takes its time over many.
    say(`Copying ${what}…`);
    try {
      await navigator.clipboard.writeText(text);
      say(`Copied ${what}`);
    } catch {
      // A page that is not in front, or not trusted, has no clipboard.
      say('Not copied: the browser gives this page no clipboard');
    }
  };
  const save = () => {
    download('service.log', options);
    say(`Saved ${linesIn(toText(options))}`);
  };
  return (
    <>
      <IconButton icon="copy" label="Copy" disabled={isEmpty} onClick={() => void copy()} />
      <IconButton icon="download" label="Download" disabled={isEmpty} onClick={save} />
      <IconButton icon="clear" label="Clear" disabled={isEmpty} onClick={clear} />
    </>
  );
}
