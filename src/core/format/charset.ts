import type { Bytes } from './streamFormat.ts';

const parameter = /;\s*([^=;\s]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"?|([^;]*))/g;

/** What a value of the header has as its `charset`; the first one counts (MIME Sniffing, section 4.4). */
function labelIn(value: string): string | undefined {
  for (const [, name, quoted, plain] of value.matchAll(parameter)) {
    if (name?.toLowerCase() === 'charset') return quoted?.replace(/\\(.)/g, '$1') ?? plain;
  }
  return undefined;
}

/**
 * The encoding that a content type names, or UTF-8 where it names none, or one that is unknown. A label
 * means what the Encoding standard says: `iso-8859-1` is windows-1252.
 */
export function charsetOf(contentType: string | null): string {
  const values = contentType?.match(/(?:[^,"]|"(?:\\.|[^"\\])*"?)+/g) ?? [];
  try {
    return new TextDecoder(values.map(labelIn).findLast((label) => label !== undefined)).encoding;
  } catch {
    return 'utf-8';
  }
}

/**
 * Starts decoding text of one encoding: one byte order mark is dropped, and what is not of the encoding
 * is replaced. Chunks may be cut inside a character; a call without one ends the text.
 */
export function decodeAs(encoding: string): (bytes?: Bytes) => string {
  // Left to drop the mark, Node's decoder drops a second one too where that comes in a chunk of its own.
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  let begun = false;
  return (bytes) => {
    const text = decoder.decode(bytes, { stream: bytes !== undefined });
    if (begun || text === '') return text;
    begun = true;
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  };
}

/** The encoding of the byte order mark that a text begins with (Encoding standard, "BOM sniff"). */
function markedEncoding([first, second, third]: readonly number[]): string | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined;
}

/** Does as {@link decodeAs} in the encoding of the text's byte order mark, or else in this one (Encoding standard, "decode"). */
export function decodeText(charset: string): (bytes?: Bytes) => string {
  let decode: ReturnType<typeof decodeAs> | null = null;
  const held: Bytes[] = [];
  return (bytes) => {
    if (decode) return decode(bytes);
    if (bytes) held.push(bytes);
    const begun = held.flatMap((piece) => [...piece.subarray(0, 3)]);
    const [first = 0xff] = begun;
    // What is not yet the whole of a mark waits for what follows.
    if (bytes && begun.length < 3 && (first === 0xef || first >= 0xfe)) return '';
    decode = decodeAs(markedEncoding(begun) ?? charset);
    const text = held.splice(0).map(decode).join('');
    return bytes ? text : text + decode();
  };
}
