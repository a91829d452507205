import { useState, type ReactNode } from 'react';
import { useLogTail, type LogFilter, type LogOptions, type LogTail } from 'use-event-stream';
import { Card } from './Card.tsx';
import { LogBadge } from './log/LogBadge.tsx';
import { LogControls } from './log/LogControls.tsx';
import { LogCounts } from './log/LogCounts.tsx';
import { LogFailure } from './log/LogFailure.tsx';
import { LogFilterFields } from './log/LogFilterFields.tsx';
import { LogRows } from './log/LogRows.tsx';
import { LogSearch } from './log/LogSearch.tsx';
import { NewLines } from './log/NewLines.tsx';
import { useLinesPerSecond } from './log/useLinesPerSecond.ts';
import { useSearch } from './log/useSearch.ts';
import './log/log.css';

/** The most lines in a second that somebody could listen to. */
const SLOW = 1;

interface LogViewerProps {
  url: string;
  options: LogOptions;
  /** What stands below the log. */
  children?: ReactNode;
}

/** The end of a log: followed, paused, searched and filtered, with only the lines in sight in the document. */
export function LogViewer({ url, options, children }: LogViewerProps) {
  const [filter, setFilter] = useState<LogFilter>({});
  const log = useLogTail(url, { maxLines: 100_000, maxBytes: 64 * 2 ** 20, ...options, filter });
  return (
    <Card title="Service log" aside={<LogBadge state={log} />}>
      <LogPanel log={log} filter={filter} onFilter={setFilter} />
      {children}
    </Card>
  );
}

interface LogPanelProps {
  log: LogTail;
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
}

function LogPanel({ log, filter, onFilter }: LogPanelProps) {
  const [wrap, setWrap] = useState(false);
  const search = useSearch(log.lines);
  const rate = useLinesPerSecond(log.total);
  return (
    <div className="log-panel">
      <div className="log-tools">
        <LogSearch search={search} />
        <div className="toolbar log-filter">
          <LogFilterFields filter={filter} onChange={onFilter} />
        </div>
        <LogControls log={log} wrap={wrap} onWrap={setWrap} />
      </div>
      <div className="log-frame">
        <LogRows log={log} wrap={wrap} search={search} isSlow={rate <= SLOW} />
        <NewLines log={log} />
      </div>
      {log.partial !== '' && <p className="log-partial">{log.partial}</p>}
      {log.status === 'failed' && <LogFailure log={log} />}
      <LogCounts log={log} rate={rate} />
    </div>
  );
}
