import type { RawEvent } from '../core/event.ts';
import type { EventFoldOptions } from '../core/eventFold.ts';
import type { Format } from '../core/format/format.ts';
import type { EventCallbacks } from './eventStream.ts';
import type { StreamOptions } from './streamOptions.ts';

/** What a stream is made of, its types forgotten: the overloads have checked them. */
export type Recipe = StreamOptions<RawEvent> &
  EventFoldOptions &
  EventCallbacks<RawEvent, unknown> & {
    format?: Format | undefined;
    throttle?: 'frame' | number | undefined;
  };
