import type { StreamEvent } from '../core/event.ts';

/** A tool that the model calls. */
export interface AiToolCall {
  /** What the stream names the call by, unlike any other of the answer: a place or an id. */
  readonly key: string | number;
  /** What the result of the call is sent back with. */
  readonly id: string;
  /** The name of the tool. */
  readonly name: string;
  /**
   * What the model has written as the arguments so far. It is JSON only when the call is complete, and empty where
   * the model wrote nothing.
   */
  readonly arguments: string;
}

/** How many tokens an answer took. */
export interface AiUsage {
  /** The tokens of what was asked, those from a cache included. */
  readonly inputTokens: number;
  /** The tokens of the answer. */
  readonly outputTokens: number;
}

/** What a model has answered so far: the `data` of a hook that reads one of the formats. */
export interface AiAnswer {
  /** The text of the answer; of several parts of it one after the other, as they came. */
  readonly text: string;
  /** What the model tells of its thinking. Empty if it tells nothing. */
  readonly reasoning: string;
  /** The tools that it calls, in the order in which it began to. */
  readonly toolCalls: readonly AiToolCall[];
  /** How many tokens it took; null where the server has not said it yet. */
  readonly usage: AiUsage | null;
  /** Why the answer has ended, in the server's word, such as `stop`; null before. */
  readonly finishReason: string | null;
}

/** The JSON of one event, as it came. */
export type AiEvent = Readonly<Record<string, unknown>>;

/** A format of answers: options of `useEventStream` and `defineStream`, to be spread among the others. */
export interface AiFormat {
  /**
   * Parses the JSON of an event.
   * @throws An error on what is no JSON object. The event is then rejected.
   */
  readonly parse: (data: string) => AiEvent;
  /** The event that ends an answer. */
  readonly until: { readonly data: string } | ((event: StreamEvent<AiEvent>) => boolean);
  /** The event by which the server says that it has failed. */
  readonly failOn: (event: StreamEvent<AiEvent>) => boolean;
  /** An answer of nothing. */
  readonly initial: AiAnswer;
  /** Adds events to an answer. Events and fields that it does not know are passed over. */
  readonly reduce: (answer: AiAnswer, events: readonly StreamEvent<AiEvent>[]) => AiAnswer;
}

/** What an event names a tool call by. */
type Key = string | number;

/** A call that a batch adds to. */
interface OpenCall {
  id: string;
  name: string;
  arguments: string;
  readonly added: string[];
}

/** What a batch of events adds to an answer. */
export class Draft {
  readonly #answer: AiAnswer;
  readonly #text: string[] = [];
  readonly #reasoning: string[] = [];
  /** The calls of before by their keys, once one of them is asked for. */
  #known: Map<Key, AiToolCall> | null = null;
  /** The calls that the batch has begun, or adds to. */
  readonly #open = new Map<Key, OpenCall>();
  usage: AiUsage | null;
  finishReason: string | null;

  constructor(answer: AiAnswer) {
    this.#answer = answer;
    this.usage = answer.usage;
    this.finishReason = answer.finishReason;
  }

  write(text: unknown): void {
    put(this.#text, text);
  }

  reason(text: unknown): void {
    put(this.#reasoning, text);
  }

  /** Parts two pieces of reasoning, if there was one before. */
  partReasoning(): void {
    if (this.#reasoning.length > 0 || this.#answer.reasoning !== '') this.reason('\n\n');
  }

  /** A call begins, or says once more what it is. */
  call(key: Key | undefined, id: unknown, name: unknown): void {
    const call = this.#call(key) ?? { id: '', name: '', arguments: '', added: [] };
    call.id ||= stringOf(id);
    call.name ||= stringOf(name);
    this.#open.set(key ?? '', call);
  }

  /** Adds to the arguments of a call that has begun; of others, such as tools of the server's own, nothing is told. */
  addArguments(key: Key | undefined, text: unknown): void {
    if (stringOf(text) !== '') put(this.#call(key)?.added ?? [], text);
  }

  /** Gives the arguments of a call that came whole. */
  setArguments(key: Key | undefined, text: unknown): void {
    const call = this.#call(key);
    if (call?.arguments === '' && call.added.length === 0) put(call.added, text);
  }

  /** The answer with all of it; the same one where nothing was added. */
  finish(): AiAnswer {
    const before = this.#answer;
    const { usage, finishReason } = this;
    const text = before.text + this.#text.join('');
    const reasoning = before.reasoning + this.#reasoning.join('');
    const toolCalls = this.#open.size > 0 ? this.#calls() : before.toolCalls;
    const next: AiAnswer = { text, reasoning, toolCalls, usage, finishReason };
    const names = Object.keys(next) as (keyof AiAnswer)[];
    return names.every((name) => next[name] === before[name]) ? before : next;
  }

  #call(key: Key = ''): OpenCall | undefined {
    const open = this.#open.get(key);
    if (open) return open;
    this.#known ??= new Map(this.#answer.toolCalls.map((call) => [call.key, call]));
    const known = this.#known.get(key);
    if (!known) return undefined;
    const call = { ...known, added: [] };
    this.#open.set(key, call);
    return call;
  }

  #calls(): readonly AiToolCall[] {
    const made = new Map<Key, AiToolCall>();
    for (const [key, { id, name, arguments: before, added }] of this.#open) {
      made.set(key, { key, id, name, arguments: before + added.join('') });
    }
    const calls = this.#answer.toolCalls.map((call) => {
      const next = made.get(call.key) ?? call;
      made.delete(call.key);
      return next;
    });
    return [...calls, ...made.values()];
  }
}

const stringOf = (text: unknown): string => (typeof text === 'string' ? text : '');

function put(list: string[], text: unknown): void {
  const piece = stringOf(text);
  if (piece !== '') list.push(piece);
}

/** Parses the JSON of an event. */
export function parse(data: string): AiEvent {
  const value = JSON.parse(data) as unknown;
  if (Object(value) !== value) throw new TypeError('It is no JSON object.');
  return value as AiEvent;
}

const empty: AiAnswer = {
  text: '',
  reasoning: '',
  toolCalls: [],
  usage: null,
  finishReason: null,
};

/** What a format has of its own. */
interface OwnPart {
  parse?: AiFormat['parse'];
  until: AiFormat['until'];
  /** Whether an event that is not named `error` tells of a failure. */
  fails: (data: AiEvent) => boolean;
  /** Adds an event to an answer. */
  read: (draft: Draft, data: AiEvent) => void;
}

/** Makes a format of what it has of its own. */
export const formatOf = ({ fails, read, ...own }: OwnPart): AiFormat => ({
  parse,
  ...own,
  // Also by name: what says so may be a mere text.
  failOn: ({ type, data }) => type === 'error' || fails(data),
  initial: empty,
  reduce(answer, events) {
    const draft = new Draft(answer);
    for (const { data } of events) read(draft, data);
    return draft.finish();
  },
});

/** The usage that a server tells, as far as it tells it; what it does not is as before. */
export function usageOf(input: unknown, output: unknown, before: AiUsage | null): AiUsage | null {
  const count = (value: unknown, otherwise: number | undefined) =>
    typeof value === 'number' ? value : otherwise;
  const inputTokens = count(input, before?.inputTokens);
  const outputTokens = count(output, before?.outputTokens);
  if (inputTokens === undefined && outputTokens === undefined) return before;
  return { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
