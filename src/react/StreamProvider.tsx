import {
  createContext,
  useContext,
  useEffect,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import type { ConnectionStore } from '../core/createConnectionStore.ts';
import { internalsOf, storeOf, type HeldStore } from '../core/store/connectionStore.ts';
import { StoreInternals } from '../core/store/storeInternals.ts';
import type { StoreOptions } from '../core/store/storeOptions.ts';
import { defaultsKey } from '../core/request/requestKey.ts';
import { checkHookOptions } from './optionTables.ts';
import { useCommitEffect } from './latestRef.ts';

const StoreContext = /* @__PURE__ */ createContext<HeldStore | null>(null);
const defaultStore = /* @__PURE__ */ storeOf(/* @__PURE__ */ new StoreInternals({}));

/** What a provider gives to the hooks below it: a store, or the options of a store of its own. */
export type StreamProviderProps = { children?: ReactNode } & (
  { store: ConnectionStore } | ({ store?: undefined } & StoreOptions)
);

/** The store of the nearest provider, or the one that all components without a provider share. */
export function useStore(): StoreInternals {
  return internalsOf(useContext(StoreContext) ?? defaultStore);
}

/** Closes a store when its provider is gone for good: StrictMode unmounts and mounts in one go. */
function useClosing(own: HeldStore | null): void {
  useEffect(() => {
    if (!own) return;
    const { owners } = internalsOf(own);
    const owner = {};
    owners.add(owner);
    return () => {
      owners.delete(owner);
      queueMicrotask(() => {
        if (owners.size === 0) own.close();
      });
    };
  }, [own]);
}

/** The store that is given, or one for these options: another where what tells streams apart has changed, for two users never share one. */
function useProvided(given: HeldStore | undefined, options: StoreOptions): HeldStore {
  if (__DEV__) checkHookOptions('StreamProvider', options);
  const parent = useStore();
  const { defaults = {}, baseUrl } = options;
  const key = given ?? defaultsKey(defaults, baseUrl);
  const make = () => ({
    ...{ key, parent },
    store: given ?? storeOf(new StoreInternals(options, parent)),
  });
  const [held, setHeld] = useState(make);
  let current = held;
  if (held.key !== key || (!given && held.parent !== parent)) {
    current = make();
    setHeld(current);
  }
  const { store } = current;
  const own = given ? null : store;
  useCommitEffect(() => {
    if (own) internalsOf(own).setOptions(options);
  });
  useClosing(own);
  return store;
}

/**
 * Gives the hooks below it a connection store, or defaults for their requests.
 *
 * With `store` that store is used, and its owner closes it. With options the provider makes a store of its own,
 * takes what it does not set from the provider above, and closes the store when it is unmounted. So
 * `key={userId}` makes a log-out end every stream. Of functions among the defaults the latest is called. If a
 * value changes that is sent, such as a literal header or `baseUrl`, every stream is opened again (a POST waits
 * for `start()`). Other defaults hold for streams that are opened afterwards. A change from options to `store`
 * or back keeps the components below.
 *
 * @example
 * ```tsx
 * import type { ReactNode } from 'react';
 * import { StreamProvider, type HeadersOption } from 'use-event-stream';
 *
 * const headers: HeadersOption = async () => ({ authorization: `Bearer ${await getToken()}` });
 *
 * export const SignedIn = ({ userId, children }: { userId: string; children: ReactNode }) => (
 *   <StreamProvider key={userId} defaults={{ headers }} baseUrl="https://api.example.com">
 *     {children}
 *   </StreamProvider>
 * );
 * ```
 *
 * @throws A `TypeError`, while rendering, on a `store` that {@link createConnectionStore} has not made, and on
 * headers that HTTP does not allow; in development on every other bad option.
 */
export function StreamProvider({ children, ...props }: StreamProviderProps): ReactElement {
  const store = useProvided(props.store, props.store ? {} : props);
  return <StoreContext.Provider value={store}>{children}</StoreContext.Provider>;
}
