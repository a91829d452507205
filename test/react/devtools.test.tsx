import { screen, within } from '@testing-library/dom';
import { useEffect } from 'react';
import { StreamProvider, useEventStream } from 'use-event-stream';
import {
  ProductionStreamDevtools,
  StreamDevtools,
  StreamDevtoolsPanel,
} from 'use-event-stream/devtools';
import type { MockStream } from 'use-event-stream/testing';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { setUpPage } from '../support/page.tsx';
import { act, render } from '../support/render.ts';

const url = 'https://example.test/stream?key=S3CRET';

beforeEach(() => {
  localStorage.clear();
});

interface Counted {
  readonly all: readonly number[];
}

function Sum({ at = url }: { at?: string }) {
  const { data } = useEventStream(at, {
    headers: { authorization: 'Bearer S3CRET' },
    initial: { all: [] },
    reduce: ({ all }: Counted, events) => ({ all: [...all, ...events.map(() => 1)] }),
  });
  return <p>{data.all.length} in all</p>;
}

/** A page with a stream and the panel. */
async function setUp(page = setUpPage()) {
  await render(
    page.below(
      <>
        <Sum />
        <StreamDevtoolsPanel height={300} />
      </>,
    ),
  );
  await found(() => screen.getByRole('region', { name: 'Stream devtools' }));
  return page;
}

/** The panel reads what there is a few times a second: one such moment, with what React makes of it. */
const moment = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 20)));

/** Waits for something on the page. */
const found = <T,>(find: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(
    async () => {
      await moment();
      return find();
    },
    { timeout: 20_000, interval: 1 },
  );

async function click(name: string | RegExp, role = 'button') {
  const button = await found(() => screen.getByRole(role, { name }));
  await act(() => {
    button.click();
  });
}

const wire = () => screen.getByRole('tabpanel', { name: 'Wire' }).textContent;

test('shows the streams, the blocks as they came, and no secret', async () => {
  const { open, send } = await setUp();
  await open({ headers: { 'set-cookie': 'S3CRET', 'content-type': 'text/event-stream' } });
  await send('retry: 2000\nid: 1\nevent: tick\ndata: {"price":[4]}\n\n: beat\n\n');
  await found(() => {
    expect(wire()).toContain('tick');
  });
  expect(wire()).toMatch(
    /: beat.*retry: 2000.*id: 1.*event: tick.*data: \{"price":\[4\]\}.*"price"/s,
  );
  const list = screen.getByRole('navigation', { name: 'Streams' });
  expect(within(list).getByText('/stream?key')).toBeTruthy();
  await click('Request', 'tab');
  await found(() => screen.getByText('authorization'));
  expect(document.body.textContent).not.toContain('S3CRET');
});

test('cut, and the next answer: seen in the timeline, with the id that was gone on after', async () => {
  const { stream, open, send, advance } = await setUp();
  await open();
  await send('id: 8\ndata: a\n\n');
  await found(() => {
    expect(wire()).toContain('8');
  });
  await click('503');
  await click('Cut');
  await found(() => screen.getByText(/^try 1 in/, { selector: 'dd' }));
  await advance(10_000);
  await click('Timeline', 'tab');
  await found(() => screen.getByText('answered 503'));
  await open();
  expect(stream.requests).toHaveLength(2);
  await click('Request', 'tab');
  const id = await found(() => screen.getByText('last-event-id'));
  expect(id.nextElementSibling?.textContent).toBe('8');
});

test('offline: nothing is sent until it is over', async () => {
  const { stream, open, advance } = await setUp();
  await open();
  await click('Offline');
  await advance(60_000);
  expect(stream.requests).toHaveLength(1);
  await click('Offline');
  await advance(60_000);
  expect(stream.requests.length).toBeGreaterThan(1);
});

test('pause freezes the wire while the stream goes on; clear empties it', async () => {
  const { open, send } = await setUp();
  await open();
  await send('data: first\n\n');
  await found(() => {
    expect(wire()).toContain('first');
  });
  await click('Pause');
  await send('data: second\n\n');
  await found(() => screen.getByText('2 in all'));
  await found(() => screen.getByText(/^2 ·/));
  expect(wire()).not.toContain('second');
  await click('Pause');
  await found(() => {
    expect(wire()).toContain('second');
  });
  await click('Clear');
  await found(() => {
    expect(wire()).not.toContain('first');
  });
});

test('a flood is bounded: 200 blocks, the newest first, with figures that count all', async () => {
  const { open, send } = await setUp();
  await open();
  const texts = Array.from({ length: 3_000 }, (_, n) => `id: ${n}\ndata: ${'x'.repeat(200)}\n\n`);
  for (let n = 0; n < 3_000; n += 1_000) await send(texts.slice(n, n + 1_000).join(''));
  await found(() => {
    expect(wire()).toContain('id: 2999');
  });
  await found(() => screen.getByText(/^3,000 ·/));
  expect(document.querySelectorAll('.ues-block')).toHaveLength(20);
  await click('180 more');
  await found(() => {
    expect(document.querySelectorAll('.ues-block')).toHaveLength(200);
  });
});

test('opens from a button, is resized with the keyboard, and is found as it was left', async () => {
  const page = setUpPage();
  const app = (
    <>
      <Sum />
      <StreamDevtools />
    </>
  );
  const { unmount } = await render(page.below(app));
  if (!__DEV__) {
    expect(document.querySelector('.ues')).toBeNull();
    return;
  }
  await click(/^Open the stream devtools/);
  const edge = screen.getByRole('separator');
  const height = Number(edge.getAttribute('aria-valuenow'));
  await act(() => {
    edge.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
  });
  expect(Number(edge.getAttribute('aria-valuenow'))).toBe(height + 24);
  await unmount();
  await render(page.below(app));
  await found(() => screen.getByRole('region', { name: 'Stream devtools' }));
  await click('Close the stream devtools');
  const opener = screen.getByRole('button', { name: /^Open the stream devtools/ });
  expect(document.activeElement).toBe(opener);
});

test('is closed with Escape, and the focus goes to where it is opened', async () => {
  const page = setUpPage();
  await render(page.below(<ProductionStreamDevtools initialIsOpen />));
  const panel = await found(() => screen.getByRole('region', { name: 'Stream devtools' }));
  await act(() => {
    panel.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  });
  const opener = screen.getByRole('button', { name: /^Open the stream devtools/ });
  expect(document.activeElement).toBe(opener);
  await click(/^Open/);
  const closer = screen.getByRole('button', { name: 'Close the stream devtools' });
  expect(document.activeElement).toBe(closer);
});

test('a stream that has failed shows why, and is tried once more', async () => {
  const { stream, open, reject, send } = await setUp();
  await reject(403);
  await found(() => screen.getByText(/answered with status 403/, { selector: '.ues-error' }));
  await click('Try now');
  await found(() => {
    expect(stream.requests).toHaveLength(2);
  });
  await open();
  await send('data: a\n\n');
  await found(() => screen.getByText('1 in all'));
  expect(document.querySelector('.ues-error')).toBeNull();
});

test('online again: what waits for its try has it at once', async () => {
  const { stream, open } = await setUp();
  await open();
  await click('Offline');
  await found(() => screen.getByText(/^try 1 in/, { selector: 'dd' }));
  await click('Offline');
  await found(() => {
    expect(stream.requests).toHaveLength(2);
  });
});

test.each(['Offline', 'Delay'])('streams go on when the panel goes: %s', async (trouble) => {
  const page = setUpPage({ autoOpen: true });
  const at = (isShown: boolean) =>
    page.below(
      <>
        <Sum />
        {isShown && <StreamDevtoolsPanel />}
      </>,
    );
  const { rerender } = await render(at(true));
  await found(() => {
    expect(page.stream.openConnections).toBe(1);
  });
  if (trouble === 'Offline') await click('Offline');
  else {
    const delay = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Delay' });
    await act(() => {
      delay.value = '10000';
      delay.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await click('Cut');
  }
  await page.advance(3_000);
  expect(page.stream.openConnections).toBe(0);
  await rerender(at(false));
  await page.settle();
  // What was held back goes at once; what has failed waits for its next try.
  if (trouble === 'Offline') await page.advance(30_000);
  expect(page.stream.openConnections).toBe(1);
});

test('the stream that is looked at stays when another one comes', async () => {
  const page = setUpPage({ autoOpen: true });
  const at = (names: readonly string[]) =>
    page.below(
      <>
        {names.map((name) => (
          <Sum key={name} at={`https://example.test/${name}`} />
        ))}
        <StreamDevtoolsPanel />
      </>,
    );
  const { rerender } = await render(at(['first']));
  await found(() => screen.getByText('https://example.test/first'));
  await rerender(at(['first', 'second']));
  await found(() => screen.getByText('/second'));
  expect(screen.queryByText('https://example.test/second')).toBeNull();
});

test('what was left of an answer is no part of the next one', async () => {
  const { open, send, drop, advance } = await setUp();
  await open();
  await send('data: whole\n\ndata: half');
  await drop();
  await advance(1_000);
  await open();
  await send('data: next\n\n');
  await found(() => {
    expect(wire()).toContain('data: next');
  });
  expect(wire()).toContain('whole');
  expect(wire()).not.toContain('half');
});

function Read({ format }: { format: 'text' | 'bytes' | 'ndjson' }) {
  return <p>{useEventStream(url, { format }).status}</p>;
}

test.each([
  ['text', 'text/plain', 'a token', /a token/],
  ['bytes', 'application/octet-stream', new Uint8Array([0, 255, 10]), /3 bytes.*00 ff 0a/s],
  ['ndjson', 'application/x-ndjson', '{"n":1}\n'.repeat(30), /\{"n":1\}\{ "n": 1 \}/],
] as const)('shows %s as it comes, and asks it for no ids', async (format, type, sent, shown) => {
  const { stream, open, send, below } = setUpPage();
  await render(
    below(
      <>
        <Read format={format} />
        <StreamDevtoolsPanel />
      </>,
    ),
  );
  await open({ headers: { 'content-type': type } });
  await send(sent);
  await found(() => {
    expect(wire()).toMatch(shown);
  });
  await stream.advance(61_000);
  await isHealthy(stream);
});

test('shows what a source gives, whatever it is', async () => {
  const given: { big: bigint; self?: unknown } = { big: 1n };
  given.self = given;
  async function* source() {
    yield given;
    yield { data: 'a text' };
    await new Promise(() => undefined);
  }
  function Given() {
    return <p>{useEventStream('/given', { source }).status}</p>;
  }
  await render(
    setUpPage().below(
      <>
        <Given />
        <StreamDevtoolsPanel />
      </>,
    ),
  );
  await found(() => {
    expect(wire()).toMatch(/a text.*\[object Object\]/s);
  });
});

test('a state of reduce that cannot be looked at harms nothing', async () => {
  const page = setUpPage({ autoOpen: true });
  const looks = vi.fn();
  const item = {
    get bad(): never {
      looks();
      throw new Error('not to be read');
    },
  };
  function Odd() {
    const { data } = useEventStream(url, { initial: item, reduce: () => item });
    return <p>{typeof data}</p>;
  }
  await render(
    page.below(
      <>
        <Odd />
        <StreamDevtoolsPanel />
      </>,
    ),
  );
  await page.settle();
  await page.send('data: a\n\n');
  await found(() => {
    expect(wire()).toContain('data: a');
  });
  await page.advance(3_000);
  await found(() => {
    expect(looks).toHaveBeenCalled();
  });
  await page.send('data: b\n\n');
  await found(() => {
    expect(wire()).toContain('data: b');
  });
});

test('shows the streams of a provider below too, with what they send', async () => {
  const { open, below } = setUpPage();
  await render(
    below(
      <>
        <StreamProvider defaults={{ linger: 5 }}>
          <Sum />
        </StreamProvider>
        <StreamDevtoolsPanel />
      </>,
    ),
  );
  await found(() => screen.getByRole('region', { name: 'Stream devtools' }));
  await open();
  await click('Request', 'tab');
  await found(() => screen.getByText('authorization'));
});

test('two panels, and another store: each shows what is in its own', async () => {
  const [one, two] = [setUpPage({ autoOpen: true }), setUpPage({ autoOpen: true })];
  const at = (store: typeof one.store) =>
    one.below(
      <>
        <Sum at="https://example.test/one" />
        {two.below(<Sum at="https://example.test/two" />)}
        <StreamDevtoolsPanel />
        <StreamDevtoolsPanel store={store} />
      </>,
    );
  const { rerender } = await render(at(one.store));
  await found(() => {
    expect(screen.getAllByText('https://example.test/one')).toHaveLength(2);
  });
  await rerender(at(two.store));
  await found(() => screen.getByText('https://example.test/two'));
  expect(screen.getAllByText('https://example.test/one')).toHaveLength(1);
});

// The doctor.

const doctor = () => screen.getByRole('tabpanel', { name: 'Doctor' }).textContent;

/** Does something again and again until the doctor says what is expected. */
async function diagnosed(text: RegExp, { advance }: Pick<MockStream, 'advance'>) {
  await click(/^Doctor/, 'tab');
  await found(() => {
    expect(doctor()).toMatch(/./);
  });
  await advance(1_001);
  await found(() => {
    expect(doctor()).toMatch(text);
  });
}

/** Has the doctor look at this moment, who finds nothing. */
async function isHealthy({ advance }: Pick<MockStream, 'advance'>) {
  await click(/^Doctor/, 'tab');
  await advance(1_001);
  await click('Clear');
  expect(doctor()).toMatch(/Nothing is wrong/);
}

test('the doctor finds nothing in a healthy stream', async () => {
  const { stream, open, send, advance } = await setUp();
  await open();
  for (let n = 0; n < 30; n++) {
    await send(`id: ${n}\ndata: ${n}\n\n`);
    await advance(200);
  }
  await isHealthy(stream);
});

test('the doctor finds events without ids', async () => {
  const { stream, open, send } = await setUp();
  await open();
  await send('data: a\n\n'.repeat(20));
  await diagnosed(/20 events without an id.*send an id:/, stream);
});

test('the doctor finds a stream without heartbeat', async () => {
  const { stream, open, advance } = await setUp();
  await open();
  await advance(61_000);
  await diagnosed(/Nothing has come for a minute.*comment/, stream);
});

test('the doctor finds bursts', async () => {
  const { stream, open, send, advance } = await setUp();
  await open();
  for (let n = 0; n < 5; n++) {
    await send('id: 1\ndata: a\n\n'.repeat(6));
    await advance(2_000);
  }
  await diagnosed(/arrive in bursts.*X-Accel-Buffering: no/, stream);
});

test('the doctor finds a compressed stream', async () => {
  const { stream, open } = await setUp();
  await open({ headers: { 'content-encoding': 'gzip', 'content-type': 'text/event-stream' } });
  await diagnosed(/compressed \(gzip\)/, stream);
});

test('the doctor finds a state that keeps growing', async () => {
  const { open, send, advance } = await setUp();
  await open();
  await click(/^Doctor/, 'tab');
  await found(async () => {
    await send('id: 1\ndata: a\n\n'.repeat(120));
    await advance(500);
    expect(doctor()).toMatch(/keeps growing/);
  });
});

test('the doctor finds more than three streams over HTTP/1.1', async () => {
  const entries = [{ name: 'https://example.test/app.js', nextHopProtocol: 'http/1.1' }];
  const spied = vi.spyOn(performance, 'getEntriesByType').mockReturnValue(entries as never);
  onTestFinished(() => {
    spied.mockRestore();
  });
  const page = setUpPage({ autoOpen: true });
  await render(
    page.below(
      <>
        {['a', 'b', 'c', 'd'].map((name) => (
          <Sum key={name} at={`https://example.test/${name}`} />
        ))}
        <StreamDevtoolsPanel />
      </>,
    ),
  );
  await diagnosed(/4 streams over HTTP\/1\.1.*HTTP\/2/, page.stream);
});

test('the doctor finds an option that opens the stream again with each render', async () => {
  const page = setUpPage({ autoOpen: true });
  function Restless({ n }: { n: number }) {
    const { reconnect } = useEventStream(url, { headers: { 'x-time': String(n) } });
    useEffect(() => undefined, [reconnect]);
    return null;
  }
  const at = (n: number) =>
    page.below(
      <>
        <Restless n={n} />
        <StreamDevtoolsPanel />
      </>,
    );
  const { rerender } = await render(at(0));
  await found(() => screen.getByRole('region', { name: 'Stream devtools' }));
  for (let n = 1; n < 8; n++) {
    await rerender(at(n));
    await page.settle();
    await page.advance(100);
  }
  await diagnosed(/Opened \d times in ten seconds.*useMemo/, page.stream);
});
