import type {
  Attempt as AttemptInfo,
  HeadersOption,
  ResumeRequest,
} from '../request/requestOptions.ts';
import type { StreamRequest } from '../request/request.ts';
import { StreamError } from '../error.ts';
import type { Attempt } from './attempt.ts';
import { shown, thrown } from '../excerpt.ts';
import { describeUrl } from '../request/url.ts';
import { abortable } from './source.ts';

/** The headers that a request was refused with. */
export const refusedHeaders = /* @__PURE__ */ new WeakMap<StreamError, Headers>();

/** A request that can never leave: it is not tried again. */
export function unsendable(address: string, why: string, cause?: unknown): StreamError {
  const url = describeUrl(address);
  return new StreamError('aborted', `The request to ${url} was not sent: ${why}.`, { url, cause });
}

/** What a check gives; where it throws, the request can never leave. */
export function sendable<T>(url: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    throw unsendable(url, thrown(cause).replace(/\.$/, ''), cause);
  }
}

/** What a function of the user's gives for a request; what it throws is a failure like one of the network. */
export async function fromUser<T>({ request, signal }: Attempt, asked: Promise<T>): Promise<T> {
  try {
    return await abortable(asked, signal);
  } catch (cause) {
    if (cause instanceof StreamError) throw cause;
    const url = describeUrl(request.url);
    const message = `The \`headers\`, \`body\`, \`source\`, \`resume\` or url for ${url} could not be had; see \`cause\`.`;
    throw new StreamError('network', message, { url, cause });
  }
}

/** What the user's functions are told of an attempt. */
export function told({ parts, signal }: Attempt, error: StreamError | null): AttemptInfo {
  const { number: attempt, resumption } = parts;
  const refused = (error && refusedHeaders.get(error)) ?? null;
  return { attempt, lastEventId: resumption.sentId, error, refused, signal };
}

/** Says of what `resume` gave that it would not be heeded. */
function checkGiven({ url, transport }: StreamRequest, given: ResumeRequest): void {
  if (typeof given !== 'object') {
    const what = `\`resume\` gave ${shown(given)}; have it give an object such as { url }, or null`;
    throw unsendable(url, what);
  }
  const { method = 'GET', body, headers } = given;
  if (transport === 'fetch' || (method.toUpperCase() === 'GET' && body == null && !headers)) return;
  throw unsendable(
    url,
    "`resume` gave more than a `url`, which the transport 'eventsource' cannot carry",
  );
}

/**
 * Points an attempt at what it asks for, where a function says it: `resume` once there was an answer, else the one
 * that stands for the url. False where the run is not asked for again.
 */
export async function aim(attempt: Attempt, error: StreamError | null): Promise<boolean> {
  const { request, resumption } = attempt.parts;
  const { url, resume } = request.live();
  const { run } = resumption;
  const ask = told(attempt, error);
  const located = (next: string | URL) => sendable(request.url, () => request.locate(next));
  const change = (parts: Partial<StreamRequest>) => {
    // Another one may ask for something else by now.
    if (attempt.signal.aborted) return;
    // What is agreed on while it runs, such as a timeout, holds for it too.
    attempt.request = resumption.target = Object.assign(
      Object.create(request) as StreamRequest,
      parts,
    );
  };
  if (!resume || !run) {
    if (typeof url === 'function') change({ url: located(await url(ask)) });
    return true;
  }
  const given = await resume({ ...ask, response: run.response });
  if (!given || attempt.signal.aborted) return false;
  if (__DEV__) checkGiven(request, given);
  const { method = 'GET', headers } = given;
  const isBare = /^(get|head)$/i.test(method);
  const all = (): readonly HeadersOption[] =>
    headers ? [...request.headers(), headers] : request.headers();
  const next = given.url ?? (typeof url === 'function' ? await url(ask) : request.url);
  change({
    url: located(next),
    method: method.toUpperCase(),
    body: given.body === undefined && !isBare ? request.body : given.body,
    headers: all,
  });
  return true;
}
