import type { ServerEvent } from './eventStream.ts';
import { sleep } from './sleep.ts';
import type { StreamLife } from './streamBody.ts';

/** Work whose events are numbered from 1 and kept, whether or not somebody reads them. */
export interface Recording {
  /** How many events there are in all. */
  readonly length: number;
  /** Aborts when the work is stopped, so that who waits for the next event looks again. */
  readonly stopped: AbortSignal;
  event(n: number): ServerEvent | null;
  /** Milliseconds until event `n` happens, 0 or less where it has. */
  waitFor(n: number): number;
}

/** What has happened after event `after`, then what happens. */
export async function* watch(
  work: Recording,
  after: number,
  { signal }: StreamLife,
): AsyncGenerator<ServerEvent, void, undefined> {
  for (let n = after + 1; n <= work.length;) {
    const wait = work.waitFor(n);
    const event = work.event(n);
    if (wait <= 0 && event) {
      yield event;
      n += 1;
    } else {
      await sleep(wait, AbortSignal.any([signal, work.stopped])).catch(() => {
        signal.throwIfAborted();
      });
    }
  }
}
