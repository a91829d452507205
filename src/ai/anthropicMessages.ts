import { formatOf, usageOf, type AiFormat, type Draft } from './answer.ts';

interface Usage {
  readonly input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly output_tokens?: number | null;
}

/** What is read of an event. */
interface MessageEvent {
  readonly type?: unknown;
  readonly index?: number;
  readonly message?: { readonly usage?: Usage | null } | null;
  readonly content_block?: {
    readonly type?: unknown;
    readonly id?: unknown;
    readonly name?: unknown;
    readonly text?: unknown;
    readonly thinking?: unknown;
  } | null;
  readonly delta?: {
    readonly text?: unknown;
    readonly thinking?: unknown;
    readonly partial_json?: unknown;
    readonly stop_reason?: string | null;
  } | null;
  readonly usage?: Usage | null;
}

/** The tokens of what was asked: the API counts those of the cache apart. */
function inputOf(usage: Usage): number | null {
  if (typeof usage.input_tokens !== 'number') return null;
  const { cache_creation_input_tokens: created, cache_read_input_tokens: fromCache } = usage;
  return usage.input_tokens + (created ?? 0) + (fromCache ?? 0);
}

function count(draft: Draft, usage: Usage | null | undefined): void {
  if (usage) draft.usage = usageOf(inputOf(usage), usage.output_tokens, draft.usage);
}

function read(draft: Draft, event: MessageEvent): void {
  const { type, index, message, content_block: block, delta, usage } = event;
  switch (type) {
    case 'message_start':
      count(draft, message?.usage);
      break;
    case 'content_block_start':
      draft.write(block?.text);
      draft.reason(block?.thinking);
      if (block?.type === 'tool_use') draft.call(index, block.id, block.name);
      break;
    case 'content_block_delta':
      draft.write(delta?.text);
      draft.reason(delta?.thinking);
      draft.addArguments(index, delta?.partial_json);
      break;
    case 'message_delta':
      count(draft, usage);
      draft.finishReason = delta?.stop_reason ?? draft.finishReason;
  }
}

/**
 * Reads the messages of Anthropic with `stream: true`.
 *
 * It ends at `message_stop`. `error` fails it. `reasoning` is what the model thinks, if it is asked to, and the
 * tools are those that your code is to call. `usage` counts up while the answer comes.
 *
 * @example
 * ```tsx
 * import { useEventStream } from 'use-event-stream';
 * import { anthropicMessages } from 'use-event-stream/ai';
 *
 * export function Answer({ question }: { question: string }) {
 *   const { data } = useEventStream('/api/messages', {
 *     method: 'POST',
 *     body: JSON.stringify({ question }),
 *     ...anthropicMessages,
 *   });
 *   return <p>{data.text}</p>;
 * }
 * ```
 */
export const anthropicMessages: AiFormat = /* @__PURE__ */ formatOf({
  until: ({ data }) => data['type'] === 'message_stop',
  fails: ({ type }) => type === 'error',
  read,
});
