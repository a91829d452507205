import type { HeadersOption } from 'use-event-stream';

/** A `headers` function whose streams share one token, and fetch a fresh one once, however many were refused. */
export function tokenHeaders(fetchToken: () => Promise<string>): HeadersOption {
  let token = '';
  let fetching: Promise<string> | undefined;
  return async ({ refused }) => {
    // Another stream may have been refused before this one, and have a fresh token already.
    if (refused?.get('authorization') === `Bearer ${token}`) token = '';
    token ||= await (fetching ??= fetchToken().finally(() => (fetching = undefined)));
    return { authorization: `Bearer ${token}` };
  };
}
