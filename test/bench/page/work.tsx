import { useLayoutEffect } from 'react';

function burn(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function Piece({ version }: { version: number }) {
  burn(1);
  return <i>{version}</i>;
}

/** Content that takes `ms` milliseconds to render, in pieces of one, so that React can pause between them. */
export function Work(props: { ms: number; version?: number; onCommit: (version: number) => void }) {
  const { ms, version = 0, onCommit } = props;
  useLayoutEffect(() => {
    onCommit(version);
  }, [version, onCommit]);
  return Array.from({ length: ms }, (_, index) => <Piece key={index} version={version} />);
}
