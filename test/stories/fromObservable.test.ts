import { expect, test, vi } from 'vitest';
import { fromObservable } from '../../stories/docs/client/fromObservable.ts';

type Observer = Parameters<Parameters<typeof fromObservable<number>>[0]>[0];

/** An iterable, its observer once it was asked for, and what stops it. */
function setUp() {
  const unsubscribe = vi.fn();
  const given: Observer[] = [];
  const stop = new AbortController();
  const iterable = fromObservable<number>((observer) => {
    given.push(observer);
    return { unsubscribe };
  }, stop.signal);
  const observer = () => {
    const [first] = given;
    if (!first) throw new Error('Nothing has subscribed.');
    return first;
  };
  return { iterable, observer, stop, unsubscribe };
}

test('yields what comes, in order, and ends with the subscription', async () => {
  const { iterable, observer, unsubscribe } = setUp();
  const first = iterable.next();
  observer().onData(1);
  observer().onData(2);
  expect(await first).toEqual({ done: false, value: 1 });
  expect(await iterable.next()).toEqual({ done: false, value: 2 });
  const third = iterable.next();
  observer().onData(3);
  observer().onComplete();
  expect(await third).toEqual({ done: false, value: 3 });
  expect(await iterable.next()).toEqual({ done: true, value: undefined });
  expect(unsubscribe).toHaveBeenCalledOnce();
});

test('throws what the subscription fails with, once what came before is read', async () => {
  const { iterable, observer, unsubscribe } = setUp();
  const first = iterable.next();
  observer().onData(1);
  observer().onError(new Error('Gone.'));
  expect(await first).toEqual({ done: false, value: 1 });
  await expect(iterable.next()).rejects.toThrow('Gone.');
  expect(unsubscribe).toHaveBeenCalledOnce();
});

test('ends when it is aborted, and when it is returned', async () => {
  const aborted = setUp();
  const waiting = aborted.iterable.next();
  aborted.stop.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(aborted.unsubscribe).toHaveBeenCalledOnce();

  const returned = setUp();
  const first = returned.iterable.next();
  returned.observer().onData(1);
  await first;
  await returned.iterable.return(undefined);
  expect(returned.unsubscribe).toHaveBeenCalledOnce();
});
