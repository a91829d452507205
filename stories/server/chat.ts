import { answerTo } from './chatAnswers.ts';
import { answerEvents, chatWire } from './chatWires.ts';
import type { Work } from '../../src/server/index.ts';
import type { ServerEvent } from './eventStream.ts';
import { numberParam, textParam } from './query.ts';
import { begin, isKnown } from './runs.ts';
import { sessionOf, type Trouble } from './session.ts';
import { sleep } from './sleep.ts';

const TROUBLES: readonly Trouble[] = ['fail', 'refuse', 'busy', 'cut'];

/**
 * `POST /api/chat`: takes `{ id, messages }` and answers the last one, a token every 30 or `?interval=` milliseconds, in
 * the wire format `?format=`. The answer is a run: it is written to its end whoever reads it. It is named by the id, or
 * else by the server, which says it in the header `x-run`; with a known id it is that run once more.
 */
export async function chat(request: Request): Promise<Response> {
  const body: unknown = await request.json().catch(() => null);
  const id = textIn(body, 'id');
  // What it has written is sent once more: it is not begun a second time.
  if (id !== null && isKnown(id)) return begin(request, id, () => undefined);
  const { chat: counts } = sessionOf(request);
  counts.asked += 1;
  const question = lastQuestion(body);
  if (question === null) {
    return refusal(
      400,
      'Send JSON with messages, the last of them { role: "user", content: "…" }.',
    );
  }
  return answer(request, question, id ?? crypto.randomUUID());
}

/** Begins a run, unless the session has asked for trouble. */
async function answer(request: Request, question: string, id: string): Promise<Response> {
  const wire = chatWire(textParam(request, 'format'));
  if (!wire) return refusal(400, 'There is no such format.');
  const { chat: state } = sessionOf(request);
  const { trouble } = state;
  state.trouble = null;
  if (trouble === 'refuse') return refusal(422, 'This question is against the rules of the house.');
  if (trouble === 'busy') {
    return refusal(429, 'Too many questions at once.', { 'Retry-After': '2' });
  }
  const failure = trouble === 'fail' ? 'The model has lost the thread.' : null;
  const events = answerEvents(wire, tokensOf(answerTo(question)), failure);
  const interval = numberParam(request, 'interval', { fallback: 30, min: 0, max: 10_000 });
  const cutAt = trouble === 'cut' ? events.length / 2 : undefined;
  return begin(request, id, writing(events, interval), cutAt);
}

/** Writes the events, so many milliseconds from one to the next. */
const writing =
  (events: readonly ServerEvent[], interval: number): Work =>
  async ({ publish, signal }) => {
    const start = Date.now();
    for (const [index, { data, type }] of events.entries()) {
      const wait = start + (index + 1) * interval - Date.now();
      if (wait > 0) await sleep(wait, signal);
      await publish(data, { type });
    }
  };

/** `GET /api/chat`: how often a session has asked, gone on with an answer, and stopped one. */
export function chatReport(request: Request): Response {
  const headers = { 'Cache-Control': 'no-store' };
  return Response.json(sessionOf(request).chat, { headers });
}

/** `POST /api/chat/trouble`: takes `{ trouble }`, which the next answer of the session gets into. */
export async function chatTrouble(request: Request): Promise<Response> {
  const asked = textIn(await request.json().catch(() => null), 'trouble');
  const trouble = TROUBLES.find((known) => known === asked);
  if (!trouble) return refusal(400, 'Send JSON with a trouble: fail, refuse, busy or cut.');
  sessionOf(request).chat.trouble = trouble;
  return new Response(null, { status: 204 });
}

function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { message } }, { status, headers });
}

/** Pieces of at most six characters, a space always at the front of one, about as models cut text. */
function tokensOf(text: string): readonly string[] {
  return text.match(/\s?\S{1,6}|\s/g) ?? [];
}

const lastQuestion = (body: unknown): string | null => {
  const messages = fieldOf(body, 'messages');
  return Array.isArray(messages) ? textIn(messages.at(-1), 'content') : null;
};

function textIn(value: unknown, field: string): string | null {
  const text = fieldOf(value, field);
  return typeof text === 'string' && text !== '' ? text : null;
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
