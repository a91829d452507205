'use client';

/**
 * A panel that shows what the streams of a page do.
 *
 * @module use-event-stream/devtools
 */

export {
  ProductionStreamDevtools,
  StreamDevtools,
  StreamDevtoolsPanel,
  type StreamDevtoolsOptions,
  type StreamDevtoolsPanelProps,
  type StreamDevtoolsProps,
} from './StreamDevtools.tsx';
