import type { Bytes } from './streamFormat.ts';

/**
 * Starts decoding UTF-8 (Encoding standard, "UTF-8 decode"): one byte order mark is dropped, and what
 * is not UTF-8 is replaced. Chunks may be cut inside a character; a call without one ends the text.
 */
export function decodeUtf8(): (bytes?: Bytes) => string {
  // Left to drop the mark, Node's decoder drops a second one too where that comes in a chunk of its own.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let begun = false;
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: bytes !== undefined });
    if (begun || text === '') return text;
    begun = true;
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  };
}
