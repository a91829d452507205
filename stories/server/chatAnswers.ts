const ANSWERS: readonly { readonly about: RegExp; readonly answer: string }[] = [
  {
    about: /reconnect|retry|drop|resume|lost|offline/i,
    answer: `When a connection drops, the client waits and connects again. If the events carry an id, it sends the last one it saw in the Last-Event-ID header, and the server goes on behind it, so nothing is lost and nothing is shown twice.

A server can set the waiting time with a "retry:" line in milliseconds. A server that has nothing more to say should answer 204: a clean end alone only makes the client come back.`,
  },
  {
    about: /websocket|socket|polling|difference|versus|\bvs\b/i,
    answer: `Server-sent events flow one way, from the server to the page, over an ordinary HTTP response. That is why they pass through proxies, use the cookies and headers you already have, and share one HTTP/2 connection with everything else.

WebSockets flow both ways and carry binary data, but they bring a protocol of their own, and reconnecting and resuming are left to you. For prices, notifications, progress and logs, server-sent events are usually all you need.`,
  },
  {
    about: /react|hook|render|state/i,
    answer: `Open the connection in an effect and close it in the effect's clean-up, never while rendering. Fold every event as it arrives, but publish to React at most once a frame: a stream of a thousand events a second must not mean a thousand renders.

Keep what you store bounded, and let components that show the same stream share one connection.`,
  },
  {
    about: /proxy|nginx|buffer|delay|slow|header/i,
    answer: `If events arrive late and all at once, something on the way holds them back. Send Content-Type: text/event-stream, Cache-Control: no-store, no-transform and, for nginx, X-Accel-Buffering: no.

Flush after every event, switch compression off for this response, and send a comment line every 15 seconds or so, so that no proxy takes the connection for dead.`,
  },
];

const INTRODUCTION = `Server-sent events are a simple way for a server to keep a page up to date. The page makes one HTTP request; the server answers with Content-Type: text/event-stream and leaves the response open. Each event is a few lines of text, such as "event: price" and "data: 42", and a blank line ends it.

The browser reconnects by itself when the line drops. Ask me about reconnecting, React, proxies, or how this differs from WebSockets.`;

/** A canned answer about server-sent events that fits the question. */
export function answerTo(question: string): string {
  return ANSWERS.find(({ about }) => about.test(question))?.answer ?? INTRODUCTION;
}
