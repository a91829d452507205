import './picture.css';

interface BoxProps {
  x: number;
  y: number;
  width: number;
  title: string;
  /** What it is, in a second line. */
  note?: string;
}

function Box({ x, y, width, title, note }: BoxProps) {
  const middle = x + width / 2;
  return (
    <g>
      <rect x={x} y={y} width={width} height={52} rx={8} />
      <text className="picture-title" x={middle} y={note ? y + 23 : y + 31}>
        {title}
      </text>
      {note && (
        <text className="picture-note" x={middle} y={y + 41}>
          {note}
        </text>
      )}
    </g>
  );
}

/** A line from one box down to another, with a head at each end that data goes to. */
const Line = ({ d }: { d: string }) => <path d={d} markerEnd="url(#picture-head)" />;

/** The number of a server, and where the middle of its box is. */
const servers = [
  [1, 62],
  [2, 180],
  [3, 298],
] as const;

/** Browsers, nginx, three servers and Redis, and what goes between them. What it shows stands in the text of the page, too. */
export const Picture = () => (
  <svg
    className="picture"
    viewBox="0 0 360 402"
    role="img"
    aria-label="Browsers, below them nginx, below it three servers, below them Redis"
  >
    <marker
      id="picture-head"
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="8"
      markerHeight="8"
      orient="auto"
    >
      <path d="M0 0 8 4 0 8z" />
    </marker>
    <Box x={70} y={1} width={220} title="Browsers" />
    <Line d="M180 53V115" />
    <text className="picture-label" x={192} y={88}>
      HTTP/2, one connection
    </text>
    <Box x={70} y={115} width={220} title="nginx" note="cut, and started again" />
    <text className="picture-label" x={192} y={190}>
      one for each stream
    </text>
    {servers.map(([server, x]) => (
      <g key={server}>
        <Line d={`M180 167V200H${x}V229`} />
        <Line d={`M${x} 281V312H180V349`} />
      </g>
    ))}
    <Box x={10} y={229} width={104} title="Server" note="killed" />
    <Box x={128} y={229} width={104} title="Server" note="drained" />
    <Box x={246} y={229} width={104} title="Server" note="goes on" />
    <text className="picture-label" x={192} y={334}>
      one read a server
    </text>
    <Box x={70} y={349} width={220} title="Redis" note="restarted, with its file" />
  </svg>
);
