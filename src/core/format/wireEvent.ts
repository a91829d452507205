/** One event as a format decodes it; without `data` it is a block that only sets the last event ID. */
export interface WireEvent {
  data: unknown;
  type?: string | undefined;
  id?: string | undefined;
}
