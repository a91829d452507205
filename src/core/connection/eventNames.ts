/** The event names that EventSource has to be told; a later subscriber may add to them. */
export class EventNames {
  readonly #names = new Set(['message']);
  #listen: (name: string) => void = () => undefined;

  /** Adds the names that are new. */
  add(names: readonly string[]): void {
    for (const name of names) {
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      this.#listen(name);
    }
  }

  /** Calls `listen` for every name, those to come included, until somebody else asks. */
  each(listen: (name: string) => void): void {
    this.#names.forEach(listen);
    this.#listen = listen;
  }
}
