/**
 * One connection for all tabs of an origin.
 *
 * @module use-event-stream/tabs
 */

export { tabs, type TabsOptions } from './tabs.ts';
export type { TabsBrowser } from './messages.ts';
