import type { RawEvent } from '../core/event.ts';
import { checkEventOptions, type EventFoldOptions } from '../core/eventFold.ts';
import type { Format } from '../core/format/format.ts';
import { checkUntil } from '../core/until.ts';
import type { EventCallbacks } from './eventStream.ts';
import { throttleOf } from './resolveStream.ts';
import type { StreamOptions } from './streamOptions.ts';

/** What a stream is made of, its types forgotten: the overloads have checked them. */
export type Recipe = StreamOptions<RawEvent> &
  EventFoldOptions &
  EventCallbacks<RawEvent, unknown> & {
    format?: Format | undefined;
    throttle?: 'frame' | number | undefined;
  };

/** Checks what is not the request's; a TypeError names the option, the value and what is allowed. */
export function checkRecipe(recipe: Recipe): void {
  checkEventOptions(recipe);
  checkUntil(recipe);
  throttleOf(recipe.throttle);
}
