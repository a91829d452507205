import type { Attempt } from 'use-event-stream';

/** A bearer token, and when it runs out in milliseconds since 1970. */
export interface Token {
  readonly token: string;
  readonly expiresAt: number;
}

/** What a token source has done so far. */
export interface TokenState {
  readonly current: Token | null;
  /** How often a token was fetched. */
  readonly fetched: number;
  /** How often the server answered 401. */
  readonly refused: number;
}

/** Keeps a token until the server refuses it, as apps do. Made for `useSyncExternalStore` and for a stream's `headers`. */
export class TokenSource {
  readonly #url: string;
  readonly #listeners = new Set<() => void>();
  #state: TokenState = { current: null, fetched: 0, refused: 0 };

  constructor(url: string) {
    this.#url = url;
  }

  /** Called by the stream before every attempt: only a 401 makes it fetch a new token. */
  readonly headers = async ({ error, signal }: Attempt): Promise<HeadersInit> => {
    if (error?.kind === 'http' && error.status === 401) {
      this.#set({ current: null, refused: this.#state.refused + 1 });
    }
    const { token } = this.#state.current ?? (await this.#fetch(signal));
    return { Authorization: `Bearer ${token}` };
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly getState = (): TokenState => this.#state;

  async #fetch(signal: AbortSignal): Promise<Token> {
    const response = await fetch(this.#url, { method: 'POST', signal });
    if (!response.ok) throw new Error(`No token: the server answered ${response.status}`);
    const current = (await response.json()) as Token;
    this.#set({ current, fetched: this.#state.fetched + 1 });
    return current;
  }

  #set(change: Partial<TokenState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
