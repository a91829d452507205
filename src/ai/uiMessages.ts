import { formatOf, parse, usageOf, type AiFormat, type Draft } from './answer.ts';

interface Usage {
  readonly inputTokens?: unknown;
  readonly outputTokens?: unknown;
}

/** What is read of a chunk. */
interface Chunk {
  readonly type?: unknown;
  readonly delta?: unknown;
  readonly toolCallId?: string;
  readonly toolName?: unknown;
  readonly inputTextDelta?: unknown;
  readonly input?: unknown;
  readonly finishReason?: string | null;
  readonly messageMetadata?: {
    readonly usage?: Usage | null;
    readonly totalUsage?: Usage | null;
  } | null;
}

const done = '[DONE]';
const ends: readonly unknown[] = ['finish', 'abort', done];

function read(draft: Draft, chunk: Chunk): void {
  const { type, delta, toolCallId: id, toolName: name, messageMetadata } = chunk;
  const usage = messageMetadata?.totalUsage ?? messageMetadata?.usage;
  draft.usage = usageOf(usage?.inputTokens, usage?.outputTokens, draft.usage);
  switch (type) {
    case 'text-delta':
      draft.write(delta);
      break;
    case 'reasoning-delta':
      draft.reason(delta);
      break;
    case 'tool-input-start':
      draft.call(id, id, name);
      break;
    case 'tool-input-delta':
      draft.addArguments(id, chunk.inputTextDelta);
      break;
    case 'tool-input-available':
      draft.call(id, id, name);
      draft.setArguments(id, JSON.stringify(chunk.input));
      break;
    case 'finish':
      draft.finishReason = chunk.finishReason ?? 'finish';
      break;
    case 'abort':
      draft.finishReason = 'abort';
  }
}

/**
 * Reads the UI messages of the AI SDK (the UI message stream protocol, version 1).
 *
 * It ends at `finish`, at `abort` or at `[DONE]`; `finishReason` is what `finish` gives, or else the name of that
 * chunk. `error` fails it. `usage` is read of the message's metadata, where the server puts it there as `usage` or
 * `totalUsage`.
 *
 * @example
 * ```tsx
 * import { useEventStream } from 'use-event-stream';
 * import { uiMessages } from 'use-event-stream/ai';
 *
 * export function Answer({ question }: { question: string }) {
 *   const { data } = useEventStream('/api/chat', {
 *     method: 'POST',
 *     body: JSON.stringify({ question }),
 *     ...uiMessages,
 *   });
 *   return <p>{data.text}</p>;
 * }
 * ```
 */
export const uiMessages: AiFormat = /* @__PURE__ */ formatOf({
  parse: (data) => (data === done ? { type: done } : parse(data)),
  until: ({ data }) => ends.includes(data['type']),
  fails: ({ type }) => type === 'error',
  read,
});
