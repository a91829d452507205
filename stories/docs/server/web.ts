import { encode, followAfter, greeting, headers, heartbeat } from './feed.ts';

// More than the feed keeps.
const mostWaiting = 10_000;

/** Answers a web-standard request with the stream. */
export function eventStream(request: Request): Response {
  let stop = () => {};
  const body = new ReadableStream<string>({
    start(controller) {
      const send = (text: string) => {
        controller.enqueue(text);
        // Somebody who does not read is let go, and resumes.
        if ((controller.desiredSize ?? 0) <= -mostWaiting) end();
      };
      const end = () => {
        stop();
        controller.close();
      };
      const timer = setInterval(send, 15_000, heartbeat);
      stop = () => {
        clearInterval(timer);
        unfollow();
      };
      // Without a byte the page would not know that it is connected.
      send(greeting);
      const unfollow = followAfter(
        request.headers.get('last-event-id') ?? '',
        (update) => {
          send(encode(update));
        },
        (last) => {
          controller.enqueue(last);
          end();
        },
      );
    },
    cancel() {
      stop();
    },
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), { headers });
}
