import { json, useEventStream } from 'use-event-stream';
import { render } from './render.tsx';
import { until, wait, type Scene } from './scene.ts';
import { Watch } from './watch.ts';

interface Item {
  n: number;
}

function Newest({ url }: { url: string }) {
  const { data } = useEventStream(url, { parse: json<Item>, maxEvents: 1 });
  return <i className={data ? 'is-shown' : ''}>{data?.n ?? 'none'} </i>;
}

/** Many hooks, each showing the newest of its stream; `urls` is a list with commas. */
export const scene: Scene = ({ urls = '', hooks = '1', ms = '0' }) => {
  const streams = urls.split(',');
  const shown = () => document.querySelectorAll('.is-shown').length;
  return {
    async mount() {
      render(
        Array.from({ length: Number(hooks) }, (_, index) => (
          <Newest key={index} url={streams[index % streams.length] ?? ''} />
        )),
      );
      await until(() => shown() === Number(hooks));
      return { shown: shown() };
    },
    async flow() {
      const watch = new Watch();
      await wait(Number(ms));
      return watch.stop();
    },
  };
};
