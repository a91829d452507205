import { memo, useState } from 'react';
import { fieldsOf, valueOf, type Block } from '../wire.ts';
import type { View } from './useView.ts';
import { time } from './words.ts';

/** More would take a busy page's frames, and most of them are out of sight. */
const mostAtOnce = 20;
const longestValue = 600;

/** The parts of a JSON text that are told apart by colour: keys, texts, and other values. */
const parts = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;

function Value({ value }: { value: unknown }) {
  const json = JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
  const text = json.length > longestValue ? `${json.slice(0, longestValue)}…` : json;
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(parts)) {
    const [whole, quoted, colon] = match;
    const kind = quoted === undefined ? 'other' : colon === undefined ? 'text' : 'key';
    pieces.push(
      text.slice(end, match.index),
      <span key={match.index} data-kind={kind}>
        {whole}
      </span>,
    );
    end = match.index + whole.length;
  }
  return (
    <code className="ues-value">
      {pieces}
      {text.slice(end)}
    </code>
  );
}

const Row = memo(function Row({ block }: { block: Block }) {
  const value = valueOf(block.text);
  return (
    <li className="ues-block">
      <time>{time(block.at)}</time>
      <code className="ues-raw">
        {fieldsOf(block.text).map(({ name, value: text }, index) => (
          <span key={index} data-field={name}>
            {name !== '' && <b>{name === ':' ? ': ' : `${name}: `}</b>}
            {text}
          </span>
        ))}
        {block.isCut && <span>…</span>}
      </code>
      {value !== undefined && typeof value === 'object' ? <Value value={value} /> : <span />}
    </li>
  );
});

/** The last blocks as they came, the newest first, with the value that each carries beside it. */
export function WireView({ view }: { view: View }) {
  const [showsAll, setShowsAll] = useState(false);
  const { blocks, shown } = view;
  const left = blocks.length - mostAtOnce;
  if (blocks.length === 0) {
    return (
      <p className="ues-empty">
        {shown ? 'Nothing has come yet.' : 'What a stream sends appears here, block by block.'}
      </p>
    );
  }
  return (
    <>
      <ol className="ues-wire">
        {(showsAll ? blocks : blocks.slice(0, mostAtOnce)).map((block) => (
          <Row key={block.key} block={block} />
        ))}
      </ol>
      {left > 0 && !showsAll && (
        <button
          type="button"
          className="ues-button ues-more"
          onClick={() => {
            setShowsAll(true);
          }}
        >
          {left} more
        </button>
      )}
    </>
  );
}
