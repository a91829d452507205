import { memoryBrowser } from '../tabs/memory.ts';
import type { TabsBrowser } from '../tabs/messages.ts';

/**
 * Web Locks and BroadcastChannel in memory, for tests of `use-event-stream/tabs` where there are none, as in jsdom.
 * Each store that is made with it counts as a tab.
 *
 * @example
 * ```ts
 * import { createConnectionStore } from 'use-event-stream';
 * import { tabs } from 'use-event-stream/tabs';
 * import { mockStream, mockTabs } from 'use-event-stream/testing';
 * import { expect, test, vi } from 'vitest';
 *
 * test('two tabs have one connection', async () => {
 *   const stream = mockStream('/api/prices');
 *   const browser = mockTabs();
 *   const tab = () => createConnectionStore(tabs({ name: 'ada', fetch: stream.fetch, browser }));
 *   const heard: string[] = [];
 *   for (const store of [tab(), tab()]) {
 *     store.subscribe(
 *       { url: '/api/prices' },
 *       { onEvents: (events) => heard.push(...events.map(({ data }) => String(data))) },
 *     );
 *   }
 *   await stream.open();
 *   await stream.send('1.5');
 *   await vi.waitFor(() => expect(heard).toEqual(['1.5', '1.5']));
 *   expect(stream.requests).toHaveLength(1);
 * });
 * ```
 */
export function mockTabs(): TabsBrowser {
  return memoryBrowser((data) => structuredClone(data));
}
