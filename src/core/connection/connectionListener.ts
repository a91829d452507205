import type { RawEvent } from '../event.ts';

/** What `onOpen` is told when the server has answered. */
export interface OpenInfo {
  /** 0 for the first connection of a stream. After that the tries since it was last healthy, at least 1. */
  attempt: number;
  /** Whether the server was asked to go on after an event id. */
  resumed: boolean;
  /** The answer; its body is in use. Null with EventSource. */
  response: Response | null;
}

/** Who hears of a connection. */
export interface ConnectionListener {
  /** It has come to another state. */
  onState(): void;
  onOpen(info: OpenInfo): void;
  onEvents(events: readonly RawEvent[]): void;
  /** Whether somebody listens to comments. */
  readonly hearsComments: boolean;
  onComment(text: string): void;
  onRestart(): void;
}
