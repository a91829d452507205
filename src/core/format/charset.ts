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

/** The byte order marks; each begins a text of its encoding, whatever the label says (Encoding standard, "BOM sniff"). */
const marks = [
  ['efbbbf', 'utf-8'],
  ['feff', 'utf-16be'],
  ['fffe', 'utf-16le'],
] as const;

const hex = (bytes: Bytes) =>
  Array.from(bytes.subarray(0, 3), (byte) => byte.toString(16).padStart(2, '0')).join('');

function joined(one: Bytes, other: Bytes): Bytes {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Does as {@link decodeAs} in the encoding of the text's byte order mark, or else in this one (Encoding standard, "decode"). */
export function decodeText(charset: string): (bytes?: Bytes) => string {
  let decode: ReturnType<typeof decodeAs> | null = null;
  let held: Bytes = new Uint8Array();
  return (bytes) => {
    if (decode) return decode(bytes);
    const begun = bytes ? joined(held, bytes) : held;
    const first = hex(begun);
    const found = marks.find(([mark]) => first.startsWith(mark));
    if (bytes && !found && marks.some(([mark]) => mark.startsWith(first))) {
      held = begun;
      return '';
    }
    decode = decodeAs(found?.[1] ?? charset);
    const text = decode(begun);
    return bytes ? text : text + decode();
  };
}
