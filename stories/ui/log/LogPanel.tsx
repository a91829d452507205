import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { LogTail } from 'use-event-stream';
import { LogLines } from '../../docs/client/LogLines.tsx';
import { useNow } from '../useNow.ts';
import { LogControls, TimeField, type LogLook } from './LogControls.tsx';
import { LogCounts } from './LogCounts.tsx';
import { LogEmpty } from './LogEmpty.tsx';
import { LogFailure } from './LogFailure.tsx';
import {
  isNarrowed,
  LogFilterField,
  LogLevels,
  showAll,
  type ShowOnly,
} from './LogFilterFields.tsx';
import { LogFloat } from './LogFloat.tsx';
import { LogSearch } from './LogSearch.tsx';
import { Row, type RowView } from './Row.tsx';
import { useLinesPerSecond } from './useLinesPerSecond.ts';
import { useLinkedLine } from './useLinkedLine.ts';
import { useNotice } from './useNotice.ts';
import { useSearch, type Search } from './useSearch.ts';

/** The most lines in a second that somebody could listen to. */
const SLOW = 1;

interface LogPanelProps {
  log: LogTail;
  shown: ShowOnly;
  onShow: (shown: ShowOnly) => void;
}

/** A log with all that can be done with it. */
export function LogPanel({ log, shown, onShow }: LogPanelProps) {
  const [look, setLook] = useState<LogLook>({ wrap: false, time: 'local' });
  const search = useSearch(log.lines, { filter: shown.filter, time: look.time });
  const rate = useLinesPerSecond(log.total);
  const [notice, say] = useNotice();
  const panel = useRef<HTMLDivElement>(null);
  const find = useRef<HTMLInputElement>(null);
  const narrowed = isNarrowed(shown);
  return (
    <div
      ref={panel}
      className="log-panel"
      onKeyDown={(event) => {
        goToFind(event, find.current);
      }}
    >
      <div className="log-tools">
        <LogSearch
          search={search}
          input={find}
          onLeave={() => panel.current?.querySelector<HTMLElement>('[role=log]')?.focus()}
        />
        <LogFilterField shown={shown} onChange={onShow} />
        <TimeField look={look} onLook={setLook} />
        <LogControls log={log} look={look} onLook={setLook} say={say} />
      </div>
      <LogLevels log={log} shown={shown} onChange={onShow} />
      <div className="log-frame" data-wrap={look.wrap || undefined} data-time={look.time}>
        <Lines log={log} look={look} search={search} isSlow={rate <= SLOW} say={say} />
        <LogEmpty
          log={log}
          isNarrowed={narrowed}
          onShowAll={() => {
            onShow(showAll);
          }}
        />
        <p className="log-notice" role="status">
          {notice}
        </p>
        <LogFloat log={log} />
      </div>
      {log.partial !== '' && <p className="log-partial">{log.partial}</p>}
      {log.status === 'failed' && <LogFailure log={log} />}
      <LogCounts log={log} rate={rate} isNarrowed={narrowed} />
    </div>
  );
}

/** The browser's own search finds only what is in the document; pressed once more, it is that. */
function goToFind(event: KeyboardEvent, find: HTMLInputElement | null): void {
  const isFind = (event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'f';
  if (!isFind || !find || document.activeElement === find) return;
  event.preventDefault();
  find.focus();
  find.select();
}

interface LinesProps {
  log: LogTail;
  look: LogLook;
  search: Search;
  isSlow: boolean;
  say: (text: string) => void;
}

function Lines({ log, look, search, isSlow, say }: LinesProps) {
  const { follow, setFollow } = log;
  const linked = useLinkedLine(follow);
  const [openIds, setOpenIds] = useState<ReadonlySet<number>>(new Set());
  const now = useNow(look.time === 'relative', 1_000);
  const { link } = linked;
  const onLink = useCallback(
    (id: number) => {
      setFollow(false);
      if (link(id)) say(`The address is that of line ${id + 1}`);
    },
    [link, say, setFollow],
  );
  const onOpen = useCallback(
    (id: number) => {
      setFollow(false);
      setOpenIds((ids) =>
        ids.has(id) ? new Set([...ids].filter((other) => other !== id)) : new Set([...ids, id]),
      );
    },
    [setFollow],
  );
  const { query, currentId } = search;
  const { time, wrap } = look;
  const view = useMemo<RowView>(
    () => ({ query, time, onLink, onOpen }),
    [query, time, onLink, onOpen],
  );
  return (
    <LogLines
      log={log}
      label="Lines"
      isMeasured={wrap || openIds.size > 0}
      shownId={currentId ?? linked.targetId}
      isSlow={isSlow}
    >
      {(row) => (
        <Row
          row={row}
          view={view}
          now={now}
          isCurrent={row.id === currentId}
          isLinked={row.id === linked.id}
          isOpen={openIds.has(row.id)}
        />
      )}
    </LogLines>
  );
}
