import type { KeyboardEvent, PointerEvent } from 'react';

interface ResizerProps {
  height: number;
  least: number;
  onResize: (height: number) => void;
}

const step = 24;

/** The upper edge of the panel: dragged, or moved with the arrow keys. */
export function Resizer({ height, least, onResize }: ResizerProps) {
  const most = typeof window === 'undefined' ? height : window.innerHeight;
  const resize = (next: number) => {
    onResize(Math.round(Math.min(most, Math.max(least, next))));
  };
  const drag = ({ buttons, clientY }: PointerEvent) => {
    if (buttons === 1) resize(most - clientY);
  };
  const press = (event: KeyboardEvent) => {
    const by = { ArrowUp: step, ArrowDown: -step }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    resize(height + by);
  };
  return (
    <div
      className="ues-resizer"
      role="separator"
      aria-label="Height of the panel"
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      onKeyDown={press}
      onPointerDown={({ currentTarget, pointerId }) => {
        currentTarget.setPointerCapture(pointerId);
      }}
      onPointerMove={drag}
    />
  );
}
