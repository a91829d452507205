import type { ProgressUpdate } from './progress.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    // Other events, such as the lines of a log, may come on the same stream.
    return undefined;
  }
}

const words = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** Why a job has failed, in the words of its event: `error` or `message` of JSON, or the text as it is. */
export function errorText(data: unknown): string | null {
  const value = parsed(data);
  if (!isRecord(value)) return words(value) ?? words(data);
  // A loop, for a server may nest as deep as it likes.
  let record = value;
  while (isRecord(record.error)) record = record.error;
  return words(record.error) ?? words(record.message);
}

const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
const string = (value: unknown) => (typeof value === 'string' ? value : undefined);

/**
 * What an event says without a `parse` of the user's: JSON with the fields of {@link ProgressUpdate}, or
 * a number by itself. Null for anything else, which is no error.
 */
export function readUpdate(data: unknown): ProgressUpdate | null {
  const value = parsed(data);
  if (typeof value === 'number') return { progress: value };
  if (!isRecord(value) || Array.isArray(value)) return null;
  const { error } = value;
  const failed = error !== undefined && error !== null && error !== false && error !== '';
  return {
    progress: number(value.progress),
    loaded: number(value.loaded),
    // A total of null is how JSON says that there is none.
    total: value.total === null ? 0 : number(value.total),
    startedAt: number(value.startedAt),
    step: string(value.step),
    message: string(value.message),
    error: failed ? (errorText(value) ?? 'The job has failed.') : undefined,
    done: value.done === true,
  };
}
