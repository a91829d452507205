import { formatOf, usageOf, type AiFormat, type Draft } from './answer.ts';

/** What is read of an event. */
interface ResponseEvent {
  readonly type?: unknown;
  readonly delta?: unknown;
  readonly arguments?: unknown;
  readonly input?: unknown;
  readonly item_id?: string;
  readonly output_index?: number;
  readonly item?: {
    readonly type?: unknown;
    readonly id?: string;
    readonly call_id?: unknown;
    readonly name?: unknown;
  } | null;
  readonly response?: {
    readonly status?: string;
    readonly incomplete_details?: { readonly reason?: string } | null;
    readonly usage?: { readonly input_tokens?: unknown; readonly output_tokens?: unknown } | null;
  } | null;
}

const ends: readonly unknown[] = ['response.completed', 'response.incomplete'];

function begin(draft: Draft, { item, output_index: index }: ResponseEvent): void {
  if (item?.type !== 'function_call' && item?.type !== 'custom_tool_call') return;
  draft.call(index ?? item.id, item.call_id, item.name);
}

function end(draft: Draft, { response }: ResponseEvent): void {
  const usage = response?.usage;
  draft.usage = usageOf(usage?.input_tokens, usage?.output_tokens, draft.usage);
  const reason = response?.incomplete_details?.reason ?? response?.status;
  draft.finishReason = reason ?? draft.finishReason;
}

function read(draft: Draft, event: ResponseEvent): void {
  const { type, delta, item_id: id, output_index: index } = event;
  switch (type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      draft.write(delta);
      break;
    case 'response.reasoning_summary_part.added':
      draft.partReasoning();
      break;
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      draft.reason(delta);
      break;
    case 'response.output_item.added':
      begin(draft, event);
      break;
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      draft.addArguments(index ?? id, delta);
      break;
    case 'response.function_call_arguments.done':
    case 'response.custom_tool_call_input.done':
      draft.setArguments(index ?? id, event.arguments ?? event.input);
      break;
    default:
      if (ends.includes(type)) end(draft, event);
  }
}

/**
 * Reads the responses of OpenAI with `stream: true`.
 *
 * It ends at `response.completed` or `response.incomplete`; `finishReason` is then `completed`, or why it is
 * incomplete. `response.failed` and `error` fail it. A refusal is part of the text, and `reasoning` is its summary.
 * The tools are those that your code is to call; of a custom tool `arguments` is its input.
 *
 * @example
 * ```tsx
 * import { useEventStream } from 'use-event-stream';
 * import { openaiResponses } from 'use-event-stream/ai';
 *
 * export function Answer({ question }: { question: string }) {
 *   const { data } = useEventStream('/api/responses', {
 *     method: 'POST',
 *     body: JSON.stringify({ question }),
 *     ...openaiResponses,
 *   });
 *   return <p>{data.text}</p>;
 * }
 * ```
 */
export const openaiResponses: AiFormat = /* @__PURE__ */ formatOf({
  until: ({ data }) => ends.includes(data['type']),
  fails: ({ type }) => type === 'response.failed' || type === 'error',
  read,
});
