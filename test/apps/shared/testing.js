/** Scripts a stream with `use-event-stream/testing`, and gives what came. */
export async function scripted({ mockStream }) {
  const url = 'https://example.com/prices';
  const stream = mockStream(url, { autoOpen: true });
  const data = [];
  const leave = stream.store.subscribe(
    { url },
    { onEvents: (events) => data.push(...events.map((event) => event.data)) },
  );
  await stream.send('one');
  leave();
  await stream.expectNoOpenConnections();
  return data;
}
