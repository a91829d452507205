// Needs `LogLines.tsx`, `useFollow.ts`, `ansi.ts` and `ansi.css` beside it, and `npm install @tanstack/react-virtual`.
import { useEffect, useState } from 'react';
import { useLogTail, type LogRow, type LogTail } from 'use-event-stream';
import { piecesOf } from './ansi.ts';
import './ansi.css';
import { LogLines } from './LogLines.tsx';

/** The end of a log, in colours, with its errors counted. Give `.log` a height. */
export function ServiceLog({ url }: { url: string }) {
  const log = useLogTail(url, { maxLines: 100_000 });
  const errors = useErrors(log);
  return (
    <section>
      <p>
        {errors} errors
        {log.follow || (
          <button
            onClick={() => {
              log.setFollow(true);
            }}
          >
            To the end
          </button>
        )}
      </p>
      <LogLines log={log} label="Log of the service">
        {(row) => <Row row={row} />}
      </LogLines>
    </section>
  );
}

/** A row is 22 pixels high, as `LogLines` expects it. */
function Row({ row }: { row: LogRow }) {
  const pieces = piecesOf(row.kind === 'gap' ? 'Lines are missing' : row.text, '');
  return (
    <div style={{ height: 22, lineHeight: '22px', whiteSpace: 'pre' }}>
      {pieces.map(({ text, className, style }, index) => (
        <span key={index} className={className} style={style}>
          {text}
        </span>
      ))}
    </div>
  );
}

/** How many of the lines that are kept are errors, counted twice a second. */
function useErrors({ countLevels }: LogTail): number {
  const [errors, setErrors] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      const { error, fatal } = countLevels();
      setErrors(error + fatal);
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, [countLevels]);
  return errors;
}
