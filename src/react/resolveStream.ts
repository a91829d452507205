import type { StoreInternals } from '../core/connectionStore.ts';
import type { Format } from '../core/format/format.ts';
import type { RequestOptions, StreamRequest, StreamUrl } from '../core/request.ts';
import type { StartOverrides } from '../core/view.ts';

/** What a hook connects to, as it was rendered. */
export interface StreamInput {
  url: StreamUrl;
  options: RequestOptions & {
    enabled?: boolean | undefined;
    manual?: boolean | undefined;
    format?: Format | undefined;
  };
  /** The event names that EventSource has to be told. */
  events: readonly string[];
}

/** Where and for whom it is resolved. */
export interface StreamOwner {
  store: StoreInternals;
  /** Who may share the functions among the options: the hook itself, or a defined stream. */
  owner: object;
  /** The options at the time of each attempt. */
  latest: () => RequestOptions;
}

const given = (overrides: StartOverrides): StartOverrides =>
  Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));

/**
 * The request of a hook, or null where there is nothing to connect to: no url, switched off, or
 * rendered on a server. Throws a TypeError on bad options.
 */
export function resolveStream(
  { url, options, events }: StreamInput,
  { store, owner, latest }: StreamOwner,
  overrides: StartOverrides = {},
): StreamRequest | null {
  const { url: otherUrl, ...changes } = given(overrides);
  const target = otherUrl ?? url;
  if (!target || options.enabled === false || typeof window === 'undefined') return null;
  return store.resolve(
    {
      url: target,
      options: { ...options, ...changes, events },
      latest: () => ({ ...latest(), ...changes }),
    },
    owner,
  );
}
