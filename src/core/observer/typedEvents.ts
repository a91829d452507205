import type { EventMap } from './decode.ts';
import type { StreamEvent } from '../event.ts';
import type { Bytes, StreamFormat } from '../format/streamFormat.ts';
import type { StandardSchemaV1 } from '../standardSchema.ts';

/** What a format's events carry before anything is parsed. */
export type Wire<F> = F extends StreamFormat<infer T> ? T : F extends 'bytes' ? Bytes : string;

// A schema's input is JSON of any shape, a parser may take any arguments: only the output counts.
/* eslint-disable @typescript-eslint/no-explicit-any */
/** What a decoder makes of an event's data. */
export type Decoded<D extends EventMap[string]> =
  D extends StandardSchemaV1<any, infer Output>
    ? Output
    : D extends (...args: any[]) => infer Output
      ? Output
      : string;

/** A schema for events: what goes in is parsed JSON. */
export type EventSchema<T> = StandardSchemaV1<any, T>;
/* eslint-enable @typescript-eslint/no-explicit-any */

/** The events of a stream: of any name, or a union over the names of its event map. */
export type EventOf<M extends EventsOption, T> = M extends EventMap
  ? [keyof M] extends [never]
    ? StreamEvent<T>
    : { [K in keyof M]: StreamEvent<Decoded<M[K]>, K> }[keyof M]
  : StreamEvent<T>;

/** The events to listen for: their names alone, or a map from names to decoders. */
export type EventsOption = EventMap | readonly string[];
