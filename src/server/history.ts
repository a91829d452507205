/** What is appended to a history. */
export interface NewEvent {
  /** The text of the event. */
  readonly data: string;
  /** The name of the event; none for `message`. One that begins with a line break is a mark, which is never sent. */
  readonly type?: string | undefined;
}

/** An event of a history, with the id to go on after it. */
export interface StoredEvent extends NewEvent {
  /** One line of text. */
  readonly id: string;
}

/** The newest of a topic. */
export interface HistoryTail {
  /** The present end: who reads after it has only what follows. It is there for a topic without events, too. */
  readonly id: string;
  /** The newest events, the oldest of them first. */
  readonly events: readonly StoredEvent[];
}

/**
 * Where events are kept for those who come back: in memory (`memoryHistory`), or where several servers see them. What
 * is said here of each method is tested by `historyCases` of `use-event-stream/server/testing`.
 *
 * Each method but `isAfter` may give a promise.
 */
export interface History<Id extends string | Promise<string> = string | Promise<string>> {
  /** Keeps an event at the end of a topic, tells those who follow it, and gives its id. No id is ever given twice. */
  append(topic: string, event: NewEvent): Id;
  /**
   * The events of a topic after an id, in order; empty where none has followed. It may give a part of them: it is asked
   * again until it gives none. `null` if it is not known any more what followed: the id is too old, of a history
   * that was lost, or none that this history has given.
   */
  read(
    topic: string,
    after: string,
  ): readonly StoredEvent[] | null | Promise<readonly StoredEvent[] | null>;
  /** The present end of a topic, and its newest events, at most `count`. */
  tail(topic: string, count: number): HistoryTail | Promise<HistoryTail>;
  /**
   * Tells of every event of the topic that is appended from now on, in order. Some that came before may be told too.
   * `null` tells that some may not have been told, such as after a time without a connection: who is told it reads them.
   * Gives the way to stop.
   */
  follow(
    topic: string,
    listener: (event: StoredEvent | null) => void,
  ): (() => void) | Promise<() => void>;
  /** Whether an event came later than another one, by the ids that this history has given to both. */
  isAfter(id: string, other: string): boolean;
  /** Lets go of a topic but for its newest events. @defaultValue `keep` is 0: all of it */
  trim(topic: string, keep?: number): void | Promise<void>;
  /** Lets go of all. What is appended after it is an error. */
  close(): void | Promise<void>;
}
