import { answerTo } from './chatAnswers.ts';
import { eventStream } from './eventStream.ts';
import { numberParam } from './query.ts';
import { sleep } from './sleep.ts';

/** `POST /api/chat`: takes `{ messages }` and answers the last one as chat completions do, a token every 30 or `?interval=` milliseconds. */
export async function chat(request: Request): Promise<Response> {
  const question = lastQuestion(await request.json().catch(() => null));
  if (question === null) {
    const message = 'Send JSON with messages, the last of them { role: "user", content: "..." }.';
    return Response.json({ error: 'bad_request', message }, { status: 400 });
  }
  const interval = numberParam(request, 'interval', { fallback: 30, min: 0, max: 10_000 });
  const tokens = tokensOf(answerTo(question));
  return eventStream(request, async function* ({ signal }) {
    yield { data: completion({ role: 'assistant', content: '' }, null) };
    for (const content of tokens) {
      await sleep(interval, signal);
      yield { data: completion({ content }, null) };
    }
    yield { data: completion({}, 'stop') };
    yield { data: '[DONE]' };
  });
}

function completion(
  delta: { role?: string; content?: string },
  finishReason: 'stop' | null,
): object {
  return {
    id: 'chatcmpl-demo',
    object: 'chat.completion.chunk',
    model: 'demo',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}

/** Pieces of at most six characters, a space always at the front of one, about as models cut text. */
function tokensOf(text: string): readonly string[] {
  return text.match(/\s?\S{1,6}|\s/g) ?? [];
}

function lastQuestion(body: unknown): string | null {
  const last: unknown = arrayIn(body).at(-1);
  if (typeof last !== 'object' || last === null || !('content' in last)) return null;
  return typeof last.content === 'string' ? last.content : null;
}

function arrayIn(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || !('messages' in body)) return [];
  return Array.isArray(body.messages) ? body.messages : [];
}
