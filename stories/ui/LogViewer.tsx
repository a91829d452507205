import { useState, type ReactNode } from 'react';
import { useLogTail, type LogOptions, type LogTail } from 'use-event-stream';
import { Card } from './Card.tsx';
import { LogBadge } from './log/LogBadge.tsx';
import { showAll } from './log/LogFilterFields.tsx';
import { LogPanel } from './log/LogPanel.tsx';
import '../docs/client/ansi.css';
import './log/log.css';

interface LogViewerProps {
  url: string;
  options: LogOptions;
  /** What stands below the log. */
  children?: ReactNode | ((log: LogTail) => ReactNode);
}

/** The end of a log: followed, paused, searched and filtered, with only the lines in sight in the document. */
export function LogViewer({ url, options, children }: LogViewerProps) {
  const [shown, setShown] = useState(showAll);
  const { filter } = shown;
  const log = useLogTail(url, { maxLines: 100_000, maxBytes: 64 * 2 ** 20, ...options, filter });
  return (
    <Card title="Service log" aside={<LogBadge log={log} />}>
      <LogPanel log={log} shown={shown} onShow={setShown} />
      {typeof children === 'function' ? children(log) : children}
    </Card>
  );
}
