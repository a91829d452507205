import { Fragment, memo } from 'react';
import './code.css';
import { CopyButton } from './CopyButton.tsx';
import { highlight, type Token } from './highlight.ts';

interface CodeBlockProps {
  code: string;
  /** Such as `tsx`; what is unknown has one colour. */
  language?: string;
  /** What it is, such as the name of a file. */
  title?: string | undefined;
  /** The first and the last of the lines that matter, from 0. */
  marked?: readonly [number, number] | undefined;
}

/** Code that is never clipped: a line that is too long goes on below, a little further in. */
export const CodeBlock = memo(function CodeBlock(props: CodeBlockProps) {
  const { code, language = 'tsx', title, marked } = props;
  const text = code.trimEnd();
  const isMarked = (line: number) => marked && line >= marked[0] && line <= marked[1];
  return (
    <div className="code-block sb-unstyled">
      <pre data-language={language}>
        <code>
          {highlight(text, language).map((tokens, line) => (
            <Line key={line} tokens={tokens} isMarked={isMarked(line) === true} />
          ))}
        </code>
      </pre>
      <CopyButton text={text} what={title ?? 'the code'} />
    </div>
  );
});

function Line({ tokens, isMarked }: { tokens: readonly Token[]; isMarked: boolean }) {
  const indent = /^ */.exec(tokens[0]?.text ?? '')?.[0].length ?? 0;
  return (
    <span
      className="code-line"
      data-marked={isMarked || undefined}
      style={{ '--indent': `${indent + 2}ch` } as React.CSSProperties}
    >
      {tokens.map(({ kind, text }, index) =>
        kind ? (
          <span key={index} data-kind={kind}>
            {text}
          </span>
        ) : (
          <Fragment key={index}>{text}</Fragment>
        ),
      )}
      {'\n'}
    </span>
  );
}
