/** What the readers of `use-event-stream/ai` make of the hook's types. */
import { defineStream, useEventStream, useSmoothText, type StreamEvent } from 'use-event-stream';
import {
  anthropicMessages,
  openaiChat,
  openaiResponses,
  uiMessages,
  type AiAnswer,
  type AiEvent,
  type AiFormat,
  type AiToolCall,
} from 'use-event-stream/ai';
import { typeOf } from './equal.ts';

export function useAnswer(question: string) {
  const chat = useEventStream('/api/chat', {
    method: 'POST',
    body: JSON.stringify({ question }),
    manual: true,
    ...openaiChat,
  });
  typeOf(chat.data).is<AiAnswer>();
  typeOf(chat.data.toolCalls).is<readonly AiToolCall[]>();
  typeOf(chat.data.usage?.inputTokens).is<number | undefined>();
  // @ts-expect-error a reader keeps no events
  const events: unknown = chat.events;
  return [events, useSmoothText(chat.data.text)];
}

export function change(answer: AiAnswer): AiToolCall[] {
  // @ts-expect-error an answer is not to be changed
  answer.text = '';
  // @ts-expect-error nor are its calls
  return answer.toolCalls;
}

export function useOthers() {
  typeOf(useEventStream('/x', openaiResponses).data).is<AiAnswer>();
  typeOf(useEventStream('/x', { ...anthropicMessages, throttle: 100 }).data).is<AiAnswer>();
  typeOf(
    useEventStream('/x', { ...uiMessages, onClose: ({ data }) => data.text }).data,
  ).is<AiAnswer>();
}

export function useCallbacks(format: AiFormat, before: AiAnswer) {
  return useEventStream('/x', {
    ...format,
    initial: before,
    onEvent: (event) => {
      typeOf(event).is<StreamEvent<AiEvent>>();
    },
  }).data;
}

const answers = defineStream({ ...openaiChat });

export function useDefined() {
  typeOf(useEventStream('/x', answers).data).is<AiAnswer>();
  return useEventStream('/x', answers, { select: ({ text }) => text.length }).data.toFixed();
}
