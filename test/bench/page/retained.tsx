import { useLayoutEffect } from 'react';
import { useEventStream } from 'use-event-stream';
import { render } from './render.tsx';
import { until, type Scene } from './scene.ts';

const events = { keep: 'text' } as const;

/** Keeps one payload of each chunk of 64 KiB. */
function Kept(props: { url: string; count: number; onShown: (count: number) => void }) {
  const { url, count, onShown } = props;
  const stream = useEventStream(url, { events, maxEvents: count });
  const shown = stream.events.length;
  useLayoutEffect(() => {
    onShown(shown);
  }, [shown, onShown]);
  return shown;
}

/** A page that keeps little of much. */
export const scene: Scene = ({ url = '', count = '0' }) => {
  let shown = 0;
  const onShown = (number: number) => {
    shown = number;
  };
  return {
    async read() {
      render(<Kept url={url} count={Number(count)} onShown={onShown} />);
      await until(() => shown >= Number(count));
      return { shown };
    },
  };
};
