import { memo, useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import type { LogGap, LogLine, LogRow } from 'use-event-stream';
import { piecesOf, type Piece } from '../../docs/client/ansi.ts';
import { Icon } from '../Icon.tsx';
import { countOf } from './count.ts';
import { age, localTime, readLine, type TimeMode } from './readLine.ts';

/** What all rows of a log have in common. */
export interface RowView {
  /** What is searched for. */
  query: string;
  time: TimeMode;
  /** Marks a line, so that the address names it. */
  onLink: (id: number) => void;
  /** Opens or closes the JSON of a line. */
  onOpen: (id: number) => void;
}

interface RowProps {
  row: LogRow;
  view: RowView;
  /** The present, in milliseconds since 1970, where times are relative to it. */
  now: number;
  /** Whether the search stands here. */
  isCurrent: boolean;
  /** Whether the address names this line. */
  isLinked: boolean;
  isOpen: boolean;
}

/** What stands in one row: a line, or the place where some are missing. */
export const Row = memo(function Row(props: RowProps) {
  const { row, ...rest } = props;
  return row.kind === 'gap' ? <GapRow row={row} /> : <LineRow line={row} {...rest} />;
});

function GapRow({ row: { id, missing } }: { row: LogGap }) {
  return (
    <div className="log-row log-gap" data-gap={id}>
      {missing === null
        ? 'Lines are missing'
        : `${countOf(missing, 'line')} ${missing === 1 ? 'is' : 'are'} missing`}
    </div>
  );
}

function LineRow(props: Omit<RowProps, 'row'> & { line: LogLine }) {
  const { line, view, now, isCurrent, isLinked, isOpen } = props;
  const { at, text, json } = useMemo(() => readLine(line), [line]);
  const row = useRef<HTMLDivElement>(null);
  useUncovered(row, isCurrent);
  return (
    <div
      ref={row}
      className="log-row"
      data-id={line.id}
      data-level={line.level}
      data-current={isCurrent || undefined}
      data-linked={isLinked || undefined}
    >
      <a
        className="log-at"
        href={`#L${line.id + 1}`}
        aria-current={isLinked || undefined}
        tabIndex={-1}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey) return;
          event.preventDefault();
          view.onLink(line.id);
        }}
      >
        <span className="visually-hidden">Line {line.id + 1} </span>
        <span className="log-number" aria-hidden>
          {line.id + 1}
        </span>
        {view.time !== 'sent' && (
          <span className="log-time">
            {view.time === 'relative' ? age(at, now) : <LocalTime at={at} />}
          </span>
        )}
      </a>
      {json ? (
        <OpenButton id={line.id} isOpen={isOpen} view={view} />
      ) : (
        <span className="log-fold" />
      )}
      {line.level && <span className="visually-hidden">{line.level}: </span>}
      <div className="log-said">
        <Text line={line} text={view.time === 'sent' ? line.text : text} query={view.query} />
        {isOpen && json && <pre className="log-json">{JSON.stringify(json, null, 2)}</pre>}
      </div>
    </div>
  );
}

function LocalTime({ at }: { at: number }) {
  const [seconds, millis] = localTime(at).split('.');
  return (
    <>
      {seconds}
      <span className="log-millis">.{millis}</span>
    </>
  );
}

function OpenButton({ id, isOpen, view }: { id: number; isOpen: boolean; view: RowView }) {
  return (
    <button
      type="button"
      className="log-fold"
      aria-expanded={isOpen}
      aria-label={`JSON of line ${id + 1}`}
      onClick={() => {
        view.onOpen(id);
      }}
    >
      <Icon name="open" />
    </button>
  );
}

/** Shows a match also where it stands far to the right. */
function useUncovered(row: RefObject<HTMLElement | null>, isCurrent: boolean): void {
  useLayoutEffect(() => {
    const scroller = row.current?.closest('[role=log]');
    const mark = isCurrent && row.current?.querySelector('mark');
    if (!scroller || !mark) return;
    const right = mark.getBoundingClientRect().right - scroller.getBoundingClientRect().left;
    const left = scroller.scrollLeft + right + 22 - scroller.clientWidth;
    scroller.scrollTo({ left: Math.max(0, left) });
  }, [row, isCurrent]);
}

interface TextProps {
  line: LogLine;
  text: string;
  query: string;
}

function Text({ line: { truncated }, text, query }: TextProps) {
  return (
    <span className="log-text">
      {piecesOf(text, query).map((piece, index) => (
        <PieceOfText key={index} piece={piece} />
      ))}
      {truncated > 0 && (
        <i className="log-truncated"> … {countOf(truncated, 'character')} cut off</i>
      )}
    </span>
  );
}

function PieceOfText({ piece: { text, className, style, isMatch } }: { piece: Piece }) {
  const content = isMatch ? <mark>{text}</mark> : text;
  return className === '' && Object.keys(style).length === 0 ? (
    content
  ) : (
    <span className={className} style={style}>
      {content}
    </span>
  );
}
