import type { ReactElement } from 'react';
import {
  defineStream,
  json,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type Bytes,
  type HeadersOption,
  type LogOptions,
  type StandardSchemaV1,
  type StreamError,
  type StreamFormat,
} from 'use-event-stream';

export interface Price {
  symbol: string;
  price: number;
}

/** A published hook: every type in it must have a name that its declaration can give. */
export const usePrices = (url: string | null) =>
  useEventStream(url, { parse: json<Price>, maxEvents: 10 });

export const book = defineStream({
  parse: json<Price>,
  initial: {} as Readonly<Record<string, number>>,
  reduce: (all, events) =>
    events.reduce((sum, { data }) => ({ ...sum, [data.symbol]: data.price }), all),
});

declare const halt: StandardSchemaV1<unknown, { symbol: string; until: Date }>;

export function useMarket() {
  const market = useEventStream('/api/market', {
    events: { price: json<Price>, halt, note: 'text' },
    onEvent(event) {
      if (event.type === 'halt') event.data.until.toISOString();
      // @ts-expect-error only a halt has an end
      event.data.until;
    },
  });
  // @ts-expect-error a state that is not narrowed may have no error
  market.error.message;
  return market.status === 'failed' ? market.error.message : market.events.length;
}

export function Cell({ symbol }: { symbol: string }): ReactElement {
  const { data } = useEventStream('/api/prices', book, { select: (all) => all[symbol] });
  // @ts-expect-error the symbol may have no price yet
  data.toFixed(2);
  return <td>{data?.toFixed(2)}</td>;
}

export function Job(): ReactElement {
  const job = useStreamProgress('/api/jobs/1/events', {
    steps: ['Read', { name: 'Write', weight: 3 }],
    until: 'done',
  });
  return <div {...job.progressProps}>{job.status === 'failed' ? job.error.kind : job.step}</div>;
}

export function useDownload(onChunk: (bytes: Bytes) => void) {
  return useStreamProgress('/file', { format: 'bytes', onChunk });
}

// With `exactOptionalPropertyTypes`, an option that is not known yet can still be handed on.
const perhaps: { maxLines: number | undefined } = { maxLines: undefined };
export const options: LogOptions = { ...perhaps, filter: { minLevel: 'warn' } };

export function Log({ url }: { url: URL }): ReactElement {
  const { lines, dropped } = useLogTail(url, options);
  return <pre title={String(dropped.lines)}>{lines.map(({ id, text }) => `${id} ${text}\n`)}</pre>;
}

const headers: HeadersOption = async ({ error, signal }) => {
  signal.throwIfAborted();
  return { authorization: error?.kind === 'http' ? String(error.status) : 'token' };
};

export const app = (
  <StreamProvider defaults={{ headers }} baseUrl="https://example.com">
    <Cell symbol="ACME" />
  </StreamProvider>
);

export const words = {
  contentType: 'text/x-words',
  decode(push) {
    const decoder = new TextDecoder();
    return {
      chunk: (bytes) =>
        decoder
          .decode(bytes)
          .split(' ')
          .forEach((data) => push({ data })),
      end: () => undefined,
    };
  },
} satisfies StreamFormat;

/** Every kind is named: another one would be an error here. */
export function explain(error: StreamError): string {
  switch (error.kind) {
    case 'http':
      return `${error.status} ${error.retryAfter ?? 'never'} ${error.body}`;
    case 'timeout':
      return error.phase;
    case 'contentType':
      return error.contentType ?? 'none';
    case 'size':
      return String(error.limit);
    case 'schema':
      return error.issues.map(({ message }) => message).join();
    case 'parse':
    case 'job':
      return error.event.data;
    case 'network':
    case 'incomplete':
    case 'aborted':
      return error.url;
  }
}
