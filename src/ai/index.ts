/**
 * Readers for the answers of language models, as their servers stream them.
 *
 * @module use-event-stream/ai
 */

export type { AiAnswer, AiEvent, AiFormat, AiToolCall, AiUsage } from './answer.ts';
export { anthropicMessages } from './anthropicMessages.ts';
export { openaiChat } from './openaiChat.ts';
export { openaiResponses } from './openaiResponses.ts';
export { uiMessages } from './uiMessages.ts';
