interface SparklineProps {
  /** Oldest first. */
  values: readonly number[];
  /** How many values fill the width. */
  capacity: number;
}

const WIDTH = 120;
const HEIGHT = 28;

/** The course of a value as a small line; the numbers beside it say the same, so it is hidden from screen readers. */
export function Sparkline({ values, capacity }: SparklineProps) {
  const min = Math.min(...values);
  const span = Math.max(...values) - min || 1;
  const step = WIDTH / (capacity - 1);
  const points = values.map((value, index) => {
    const x = WIDTH - (values.length - 1 - index) * step;
    const y = HEIGHT - 3 - ((value - min) / span) * (HEIGHT - 6);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <polyline points={points.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
