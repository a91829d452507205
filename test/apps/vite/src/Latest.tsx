import { json, useEventStream } from 'use-event-stream';

/** The newest three numbers, and what became of the others. */
export function Latest() {
  const { events, data, dropped, lastEventId, status } = useEventStream('ticks?rate=100&count=40', {
    parse: json<number>,
    maxEvents: 3,
  });
  return (
    <section aria-label="Latest" data-status={status}>
      <p data-testid="latest">{`${data ?? 'none'} with id ${lastEventId}, ${dropped} dropped`}</p>
      <ol>
        {events.map((event) => (
          <li key={event.sequence}>{event.data}</li>
        ))}
      </ol>
    </section>
  );
}
