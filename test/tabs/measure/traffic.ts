/** So many events come at once. */
export const eventsOfChunk = 100;

/** A chunk of events as of prices, about 90 bytes each, from this number on. */
export function chunkOf(first: number): string {
  let text = '';
  for (let number = first; number < first + eventsOfChunk; number++) {
    const data = JSON.stringify({
      symbol: 'ACME',
      price: 100 + (number % 97),
      volume: number,
      at: 1_700_000_000 + number,
    });
    text += `id: ${String(number)}\ndata: ${data}\n\n`;
  }
  return text;
}
