/** How many ids are remembered; a server that sends more of its tail again is not recognised. */
const windowSize = 1_024;
/** Longer ids cannot be resumed from, and a window full of them would fill the memory. */
const longestId = 8_000;

/**
 * Recognises events that a server sends again after a reconnect, by their own ids and only in the
 * leading run: once a new id has come, nothing is dropped any more.
 */
export class Duplicates {
  readonly #window = new Set<string>();
  #unique = true;
  #again: Set<string> | null = null;

  /** A reconnect: what comes next may be the tail once more. */
  expect(): void {
    this.#again = this.#unique && this.#window.size > 0 ? new Set(this.#window) : null;
  }

  /** Takes the id of the next event; true where the event was already delivered. */
  isRepeated(id: string): boolean {
    if (this.#again?.delete(id)) return true;
    this.#again = null;
    this.#remember(id);
    return false;
  }

  #remember(id: string): void {
    // Where a server gives many events one id, the id says nothing about what was delivered.
    if (this.#window.has(id) || id.length > longestId) this.#unique = false;
    if (!this.#unique) return;
    this.#window.add(id);
    if (this.#window.size <= windowSize) return;
    for (const oldest of this.#window) {
      this.#window.delete(oldest);
      return;
    }
  }
}
