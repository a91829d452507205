import { createElement, useEffect, useMemo, useState, type ReactElement } from 'react';
import type { ConnectionStore } from '../core/createConnectionStore.ts';
import { internalsOf } from '../core/store/connectionStore.ts';
import { useCommitEffect } from '../react/latestRef.ts';
import { useStore } from '../react/StreamProvider.tsx';
import type { PanelProps } from './panel/Panel.tsx';
import { Recording } from './recording.ts';

/** What the panel takes in both of its forms. */
export interface StreamDevtoolsOptions {
  /**
   * The store whose streams are shown, with those of the providers below that inherit from it.
   * @defaultValue the store of the provider above, or the one that all hooks without a provider share
   */
  store?: ConnectionStore | undefined;
  /** Light or dark. @defaultValue what the page says with `color-scheme` */
  theme?: 'light' | 'dark' | undefined;
  /** The nonce of the `style` element, for a page whose Content-Security-Policy asks for one. */
  nonce?: string | undefined;
}

/** What `StreamDevtools` takes. */
export interface StreamDevtoolsProps extends StreamDevtoolsOptions {
  /** Whether it is open at first; later it is as it was left. @defaultValue `false` */
  initialIsOpen?: boolean | undefined;
}

/** What `StreamDevtoolsPanel` takes. */
export interface StreamDevtoolsPanelProps extends StreamDevtoolsOptions {
  /** Its height: a number of pixels, or a length of CSS. @defaultValue `400` */
  height?: number | string | undefined;
}

type Panel = (props: PanelProps) => ReactElement;

/** The panel's code, which is loaded when it is first needed. */
function usePanel(): { Panel: Panel } | null {
  const [loaded, setLoaded] = useState<{ Panel: Panel } | null>(null);
  useEffect(() => {
    let isGone = false;
    void import('./panel/Panel.tsx').then((module) => {
      if (!isGone) setLoaded(module);
    });
    return () => {
      isGone = true;
    };
  }, []);
  return loaded;
}

/** Listens to the streams of a store before any of the same commit is opened. */
function useRecording(store: ConnectionStore | undefined): Recording {
  const provided = useStore();
  const own = store ? internalsOf(store) : provided;
  const recording = useMemo(() => new Recording(own), [own]);
  useCommitEffect(() => recording.start(), [recording]);
  return recording;
}

function Shown({
  store,
  ...props
}: StreamDevtoolsOptions & Omit<PanelProps, 'recording'>): ReactElement | null {
  const recording = useRecording(store);
  const loaded = usePanel();
  return loaded && createElement(loaded.Panel, { ...props, recording });
}

/**
 * Does as `StreamDevtools`, in production too: for a page that shows it to a few, such as behind a flag. The panel
 * itself is a chunk of its own, which is loaded when this is mounted.
 *
 * @example
 * ```tsx
 * import { ProductionStreamDevtools } from 'use-event-stream/devtools';
 *
 * export const Support = ({ isStaff }: { isStaff: boolean }) =>
 *   isStaff ? <ProductionStreamDevtools /> : null;
 * ```
 */
export function ProductionStreamDevtools({
  initialIsOpen = false,
  ...options
}: StreamDevtoolsProps): ReactElement {
  return <Shown {...options} initialIsOpen={initialIsOpen} />;
}

/**
 * A button in the corner of the page that opens a panel: the open streams with their figures, what came on the wire, a
 * timeline, what is wrong, and buttons that make trouble. In production it renders nothing, and its code is left out.
 *
 * It hears of every stream from its beginning if it is mounted together with the app or before it.
 *
 * @example
 * ```tsx
 * import type { ReactNode } from 'react';
 * import { StreamDevtools } from 'use-event-stream/devtools';
 *
 * export const App = ({ children }: { children: ReactNode }) => (
 *   <>
 *     {children}
 *     <StreamDevtools />
 *   </>
 * );
 * ```
 */
export function StreamDevtools(props: StreamDevtoolsProps): ReactElement | null {
  return __DEV__ ? <ProductionStreamDevtools {...props} /> : null;
}

/**
 * The same panel as a part of a page, with a height of its own. It is there in production too: who renders it has
 * asked for it.
 *
 * @example
 * ```tsx
 * import { StreamDevtoolsPanel } from 'use-event-stream/devtools';
 *
 * export const Inspector = () => <StreamDevtoolsPanel height={320} />;
 * ```
 */
export function StreamDevtoolsPanel({
  height = 400,
  ...options
}: StreamDevtoolsPanelProps): ReactElement {
  return <Shown {...options} height={height} />;
}
