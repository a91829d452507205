import { useLayoutEffect } from 'react';

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function Cell(props: { version: number }) {
  burn(1);
  return <i>{props.version}</i>;
}

/** Content that takes `ms` milliseconds to render, in pieces of one, so that React can pause between them. */
export function Work(props: {
  ms: number;
  version?: number;
  onCommit: (version: number, time: number) => void;
}) {
  const { ms, version = 0, onCommit } = props;
  useLayoutEffect(() => {
    onCommit(version, performance.now());
  }, [version, onCommit]);
  return Array.from({ length: ms }, (_, index) => <Cell key={index} version={version} />);
}
