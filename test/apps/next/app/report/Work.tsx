'use client';

const ROWS = Array.from({ length: 60 }, (_, row) => row);

/** Takes 2 milliseconds to render, as a row of a large page may. */
function Row({ row }: { row: number }) {
  const end = performance.now() + 2;
  while (performance.now() < end);
  return <li>Row {row}</li>;
}

/** Enough work for React to render it in many slices, which an update in between throws away. */
export function Work() {
  return (
    <ul aria-label="Rows">
      {ROWS.map((row) => (
        <Row key={row} row={row} />
      ))}
    </ul>
  );
}
