// Without `testing/msw`: MSW 3 is an ES module, which TypeScript lets no CommonJS module of `node16` import.
import core = require('use-event-stream/core');
import streams = require('use-event-stream');
import testing = require('use-event-stream/testing');

export const store: streams.ConnectionStore = core.createConnectionStore();
export const usePrice = () =>
  streams.useEventStream('/x', { parse: streams.json<number> }).data?.toFixed(2);
export const useLines = (url: streams.StreamUrl) => streams.useLogTail(url).lines.at(-1)?.text;
export const usePercent = () => streams.useStreamProgress('/y').percent;
export const stream = testing.mockStream('/x', { autoOpen: true, store });

// @ts-expect-error a percentage is a number
usePercent()?.trim();
