// Scripts a stream and reads it with a store, where there is no DOM.
const { mockStream, expectNoOpenConnections } = require('use-event-stream/testing');

async function main() {
  const stream = mockStream('https://example.com/api/prices', { autoOpen: true });
  const data = [];
  const leave = stream.store.subscribe(
    { url: 'https://example.com/api/prices' },
    { onEvents: (events) => data.push(...events.map((event) => event.data)) },
  );
  await stream.send(['one', { id: '2', data: 'two' }]);
  await stream.drop();
  await stream.advance(1_000);
  const { headers } = await stream.connected(2);
  leave();
  await stream.expectNoOpenConnections();
  await expectNoOpenConnections();
  console.log(JSON.stringify({ data, resumedFrom: headers.get('last-event-id') }));
}

void main();
