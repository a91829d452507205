import { useState } from 'react';
import { useEventStream } from 'use-event-stream';
import { render } from './render.tsx';
import { p95, until, type Scene } from './scene.ts';

const delays: number[] = [];

function Stream({ url }: { url: string }) {
  const { events } = useEventStream(url);
  return (
    <ol>
      {events.map(({ data, lastEventId }, index) => (
        <li key={lastEventId || index}>{data}</li>
      ))}
    </ol>
  );
}

function Field() {
  const [text, setText] = useState('');
  return (
    <input
      autoFocus
      value={text}
      onChange={({ target, timeStamp }) => {
        delays.push(performance.now() - timeStamp);
        setText(target.value);
      }}
    />
  );
}

/** A field to type into, with a stream beside it or without. */
export const scene: Scene = ({ url = '' }) => ({
  async mount() {
    render(
      <>
        <Field />
        {url !== '' && <Stream url={url} />}
      </>,
    );
    const isReady = () => url === '' || document.querySelector('li') !== null;
    await until(() => document.activeElement?.tagName === 'INPUT' && isReady());
    return {};
  },
  typed: () => Promise.resolve({ inputDelay: p95(delays), typed: delays.length }),
});
