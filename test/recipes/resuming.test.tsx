import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEventStream, type StreamSource } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { afterEach, expect, test } from 'vitest';

afterEach(() => {
  sessionStorage.clear();
});

/** A POST starts an answer; a GET goes on with it, also after a reload. */
function Answer() {
  const { data, status, start } = useEventStream('/api/chat', {
    manual: true,
    method: 'POST',
    body: 'Why?',
    until: { data: '[DONE]' },
    initial: '',
    reduce: (text, events) => text + events.map((event) => event.data).join(''),
    resume: ({ response }) => ({ url: `/api/runs/${response?.headers.get('x-run')}` }),
    persist: 'session',
  });
  return (
    <button onClick={start} aria-label={status}>
      {data || 'Ask'}
    </button>
  );
}

/** A page as it is loaded: with a store of its own, and the storage of the tab. */
function load() {
  // Any url: the POST, and the GET that goes on with it.
  const stream = mockStream(/./);
  return { stream, ...render(<Answer />, { wrapper: stream.wrapper }) };
}

async function ask() {
  const page = load();
  await userEvent.click(screen.getByText('Ask'));
  await page.stream.open({ headers: { 'x-run': '7' } });
  await page.stream.send({ id: '1', data: 'Be' });
  return page;
}

test('resume: a GET goes on with what the POST has started', async () => {
  const { stream } = await ask();
  await stream.drop();
  screen.getByLabelText('reconnecting');
  await stream.advance(1_000);
  await stream.open();
  await stream.send([{ id: '2', data: 'cause.' }, '[DONE]']);
  expect(screen.getByLabelText('closed').textContent).toBe('Because.');
  expect(stream.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  expect(stream.requests[1]?.url).toContain('/api/runs/7');
  expect(stream.requests[1]?.headers.get('last-event-id')).toBe('1');
});

test('resume: a run that the server has forgotten fails, and keeps its text', async () => {
  const { stream } = await ask();
  await stream.drop();
  await stream.advance(1_000);
  await stream.reject(404);
  expect(screen.getByLabelText('failed').textContent).toBe('Be');
});

test('reload: the page goes on, and asks nothing twice', async () => {
  const { stream: before, unmount } = await ask();
  unmount();
  await before.expectNoOpenConnections();
  const { stream } = load();
  await stream.open();
  await stream.send([{ id: '2', data: 'cause.' }, '[DONE]']);
  expect(screen.getByLabelText('closed').textContent).toBe('Because.');
  expect(stream.requests.map(({ method }) => method)).toEqual(['GET']);
  expect(sessionStorage).toHaveLength(0);
});

interface Orders {
  state: readonly string[];
  lastEventId: string;
}

function OrderList({ load }: { load: () => Promise<Orders> }) {
  const { data, stale } = useEventStream('/api/orders', {
    reset: 'reset',
    snapshot: load,
    initial: [] as readonly string[],
    reduce: (orders, events) => [...orders, ...events.map((event) => event.data)],
  });
  return <p aria-busy={stale}>{data.join()}</p>;
}

test('snapshot: what follows it is added, and the old state stays until the new one is there', async () => {
  const stream = mockStream('/api/orders');
  const answers: ((orders: Orders) => void)[] = [];
  const wait = () => new Promise<Orders>((resolve) => answers.push(resolve));
  render(<OrderList load={wait} />, { wrapper: stream.wrapper });
  await stream.open();
  await stream.send([
    { id: '2', data: 'b' },
    { id: '3', data: 'c' },
  ]);
  answers[0]?.({ state: ['a', 'b'], lastEventId: '2' });
  // It came beside the stream: its effect is waited for.
  await stream.settled();
  expect(screen.getByText('a,b,c').ariaBusy).toBe('false');
  await stream.send({ type: 'reset', data: 'The history is gone.' });
  expect(screen.getByText('a,b,c').ariaBusy).toBe('true');
  answers[1]?.({ state: ['d'], lastEventId: '9' });
  await stream.settled();
  screen.getByText('d');
});

function Ticks({ source }: { source: StreamSource<string> }) {
  const { data, status } = useEventStream('/ticks', { source });
  return <p aria-label={status}>{data}</p>;
}

test('source: one that breaks off is asked again, with the id that it has come to', async () => {
  const asked: string[] = [];
  const source: StreamSource<string> = async function* ({ lastEventId }) {
    asked.push(lastEventId);
    if (lastEventId === '') {
      yield await Promise.resolve({ id: '1', data: 'one' });
      throw new Error('Cut.');
    }
    yield { id: '2', data: 'two' };
  };
  // There is no request: the mock gives the time alone.
  const stream = mockStream('/ticks');
  render(<Ticks source={source} />, { wrapper: stream.wrapper });
  await stream.settled();
  expect(screen.getByLabelText('reconnecting').textContent).toBe('one');
  await stream.advance(1_000);
  expect(screen.getByLabelText('closed').textContent).toBe('two');
  expect(asked).toEqual(['', '1']);
  expect(stream.requests).toEqual([]);
});
