import { memo } from 'react';
import type { LogLine, LogRow } from 'use-event-stream';
import { countOf } from './count.ts';
import { piecesOf, type Piece } from './pieces.ts';

interface RowProps {
  row: LogRow;
  /** What is searched for. */
  query: string;
  /** Whether the search stands here. */
  isCurrent: boolean;
}

/** What stands in one row: a line, or the place where some are missing. */
export const Row = memo(function Row({ row, query, isCurrent }: RowProps) {
  if (row.kind === 'gap') {
    return (
      <div className="log-row log-gap" data-gap={row.id}>
        {row.missing === null
          ? 'Lines are missing'
          : `${countOf(row.missing, 'line')} ${row.missing === 1 ? 'is' : 'are'} missing`}
      </div>
    );
  }
  return (
    <div
      className="log-row"
      data-id={row.id}
      data-level={row.level}
      data-current={isCurrent || undefined}
    >
      <span className="log-number">{row.id + 1}</span>
      {row.level && <span className="visually-hidden">{row.level}: </span>}
      <Text line={row} query={query} />
    </div>
  );
});

function Text({ line: { text, truncated }, query }: { line: LogLine; query: string }) {
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
