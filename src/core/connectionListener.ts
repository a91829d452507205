import type { RawEvent } from './event.ts';

/** What a connection tells when the server has answered. */
export interface OpenInfo {
  /** 0 for the first connection of a stream; then the tries since the last healthy period, at least 1. */
  attempt: number;
  /** Whether the server was asked to go on after an event id. */
  resumed: boolean;
  /** The answer, its body in use; null with EventSource. */
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
