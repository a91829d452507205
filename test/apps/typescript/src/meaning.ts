import { useLogTail, useStreamProgress, type Bytes, type StreamFormat } from 'use-event-stream';

/** What a TypeScript does not understand becomes `any` in a library's declarations, in silence. */
type IsAny<T> = 0 extends 1 & T ? true : false;
type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `Uint8Array<ArrayBuffer>` in 5.7 and later. */
const own = Uint8Array.from([]);
export const bytes: Equal<Bytes, typeof own> = true;
export const anyBytes: IsAny<Bytes> = false;
export const blobOf = (parts: Bytes[]) => new Blob(parts);

type Chunk = Parameters<ReturnType<StreamFormat['decode']>['chunk']>[0];
export const chunk: Equal<Chunk, Bytes> = true;

export function useMeanings(url: string) {
  const { lines } = useLogTail(url);
  const last = lines.at(-1);
  const anyLine: IsAny<typeof last> = false;
  const text: Equal<NonNullable<typeof last>['text'], string> = true;

  const { percent } = useStreamProgress(url);
  const number: Equal<typeof percent, number | null> = true;
  return { anyLine, text, number };
}
