import type { RawEvent } from './event.ts';
import { refuse } from './option.ts';
import { guarded } from './report.ts';

/**
 * What ends a stream: an event type, a text (`{ data: '[DONE]' }`, which is neither delivered nor
 * parsed), or a test of the event. Type and test let the event itself through.
 */
export type Until<E> = string | { data: string } | ((event: E) => boolean);

/** Where a batch ends the stream: how many of its events still count, or null where it goes on. */
export function endOfStream(
  until: Until<RawEvent> | undefined,
  events: readonly RawEvent[],
): number | null {
  if (until === undefined) return null;
  for (const [index, event] of events.entries()) {
    if (typeof until === 'object') {
      if (event.data === until.data) return index;
    } else if (typeof until === 'string') {
      if (event.type === until) return index + 1;
    } else if (guarded(() => until(event), false)) return index + 1;
  }
  return null;
}

/** Checks the option `until`; a TypeError says what it may be. */
export function checkUntil(until: unknown): void {
  if (until === undefined || typeof until === 'string' || typeof until === 'function') return;
  const isText = typeof until === 'object' && until !== null && 'data' in until;
  if (isText && typeof until.data === 'string') return;
  refuse('until', until, 'an event type, an object with a text as its `data`, or a function');
}
