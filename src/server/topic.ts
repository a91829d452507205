import type { History } from './history.ts';
import { checkLine, dataOf } from './wire.ts';

/** What is published under one name. It holds nothing by itself: make one wherever you need it. */
export interface Topic<T, Id extends string | Promise<string> = string | Promise<string>> {
  readonly name: string;
  readonly history: History;
  /**
   * Keeps a value, sends it to all who follow, and gives its id: a promise of it where the history gives one.
   *
   * A text is sent as it is, all else as JSON.
   *
   * @throws TypeError where JSON cannot hold the value, or the type is more than one line; nothing is kept then.
   */
  publish(value: T, options?: { type?: string | undefined }): Id;
}

/** Where a topic is kept, and under which name. */
export interface TopicOptions<H extends History = History> {
  /** The name in the history. Who may read it may read all of it: name what is for one user by the user. */
  name: string;
  /** What keeps it, such as a `memoryHistory()`. */
  history: H;
}

/**
 * A topic of a history: what is published to it is sent to all who follow it by `eventStream`, and kept for those who
 * come back.
 *
 * It costs next to nothing: make one for each user, document or job, at each request.
 *
 * @throws TypeError where the name is empty or no text.
 *
 * @example
 * ```ts
 * import { createTopic, eventStream, memoryHistory } from 'use-event-stream/server';
 *
 * const history = memoryHistory();
 * const inbox = (userId: string) => createTopic<{ text: string }>({ name: `inbox:${userId}`, history });
 *
 * export const notify = (userId: string, text: string) => inbox(userId).publish({ text });
 * export const answer = (request: Request, userId: string) => eventStream(request, inbox(userId));
 * ```
 */
export function createTopic<T>(options: TopicOptions<History<string>>): Topic<T, string>;
export function createTopic<T>(options: TopicOptions): Topic<T>;
export function createTopic<T>({ name, history }: TopicOptions): Topic<T> {
  if (typeof name !== 'string' || name === '')
    throw new TypeError(
      `use-event-stream: the option \`name\` of a topic is ${JSON.stringify(name)}; give it a text.`,
    );
  return {
    name,
    history,
    publish(value, { type } = {}) {
      checkLine(type, 'type');
      return history.append(name, { data: dataOf(value), type });
    },
  };
}
