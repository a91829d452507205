import type { ProgressUpdate } from './progress.ts';
import { errorText, isRecord, parsed, words } from '../errorText.ts';
import { atOnce, isThenable } from '../report.ts';

/** How an object of JSON begins, or a number alone: to look for it is far cheaper than a parse that fails. */
const mayBeUpdate = /^[ \t\r\n]*(?:\{|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?[ \t\r\n]*$)/i;

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
const string = (value: unknown) => (typeof value === 'string' ? value : undefined);

/**
 * What a value says of a job: an object with the fields of {@link ProgressUpdate}, each of which is read
 * once, or a number by itself. Null for anything else; throws where a field is a promise.
 */
export function updateOf(value: unknown): ProgressUpdate | null {
  if (typeof value === 'number') return { progress: value };
  if (!isRecord(value) || Array.isArray(value)) return null;
  const { progress, loaded, total, startedAt, step, message, error, done } = value;
  const fields = [progress, loaded, total, startedAt, step, message, error, done];
  for (const field of fields.filter(isThenable)) atOnce('parse', field);
  const reason = () => words(error) ?? errorText(value) ?? errorText(error);
  return {
    progress: number(progress),
    loaded: number(loaded),
    // A total of null is how JSON says that there is none.
    total: total === null ? 0 : number(total),
    startedAt: number(startedAt),
    step: string(step),
    message: string(message),
    error: error ? (reason() ?? 'The job has failed.') : undefined,
    done: done === true,
  };
}

/** What an event says without a `parse` of the user's, as {@link updateOf}, or JSON of that. */
export const readUpdate = (data: unknown): ProgressUpdate | null =>
  typeof data === 'string' && !mayBeUpdate.test(data) ? null : updateOf(parsed(data));
