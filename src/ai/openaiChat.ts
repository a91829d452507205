import { formatOf, usageOf, type AiFormat, type Draft } from './answer.ts';

/** What is read of a chunk. */
interface Chunk {
  readonly choices?: readonly Choice[] | null;
  readonly usage?: {
    readonly prompt_tokens?: unknown;
    readonly completion_tokens?: unknown;
  } | null;
}

interface Choice {
  readonly index?: number;
  readonly finish_reason?: string | null;
  readonly delta?: {
    readonly content?: unknown;
    readonly refusal?: unknown;
    readonly reasoning_content?: unknown;
    readonly reasoning?: unknown;
    readonly tool_calls?: readonly ToolCall[] | null;
  } | null;
}

interface ToolCall {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown } | null;
}

function read(draft: Draft, { choices, usage }: Chunk): void {
  draft.usage = usageOf(usage?.prompt_tokens, usage?.completion_tokens, draft.usage);
  // With `n` there are others, each in chunks of its own.
  const choice = choices?.find(({ index = 0 }) => index === 0);
  if (!choice) return;
  const { delta, finish_reason: finishReason } = choice;
  draft.write(delta?.content);
  draft.write(delta?.refusal);
  draft.reason(delta?.reasoning_content ?? delta?.reasoning);
  for (const { index, id, function: called } of delta?.tool_calls ?? []) {
    const key = index ?? id;
    draft.call(key, id, called?.name);
    draft.addArguments(key, called?.arguments);
  }
  // Some servers send an empty text until there is one.
  draft.finishReason = finishReason || draft.finishReason;
}

/**
 * Reads the chat completions of OpenAI with `stream: true`, and of the many servers that speak the same format.
 *
 * It ends at `[DONE]`. An `error` in the stream fails it. `usage` is sent with `stream_options: { include_usage:
 * true }`. A refusal is part of the text. Of several choices the first is read. `reasoning` is what other servers
 * send as `reasoning_content` or `reasoning`.
 *
 * @example
 * ```tsx
 * import { useEventStream } from 'use-event-stream';
 * import { openaiChat } from 'use-event-stream/ai';
 *
 * export function Answer({ question }: { question: string }) {
 *   const { data, start, status, error } = useEventStream('/api/chat', {
 *     method: 'POST',
 *     body: JSON.stringify({ question }),
 *     manual: true,
 *     ...openaiChat,
 *   });
 *   return (
 *     <>
 *       <button onClick={start}>Ask</button>
 *       <p aria-busy={status === 'open'}>{data.text}</p>
 *       {status === 'failed' && <p role="alert">{error.message}</p>}
 *     </>
 *   );
 * }
 * ```
 */
export const openaiChat: AiFormat = /* @__PURE__ */ formatOf({
  until: { data: '[DONE]' },
  fails: ({ error }) => Boolean(error),
  read,
});
