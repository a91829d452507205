import { useCallback, useEffect, useRef, useState } from 'react';
import { diagnose, type Finding, type Timing } from '../doctor.ts';
import type { Moment, Recording, StreamRecord } from '../recording.ts';
import { Wire, type Block } from '../wire.ts';

/** What one stream does at one moment. */
export interface Figures {
  readonly record: StreamRecord;
  readonly isKept: boolean;
  readonly status: StreamRecord['stream']['state']['status'];
  readonly attempt: number;
  /** In milliseconds; null where no try is waited for. */
  readonly retryIn: number | null;
  /** Why it is not open. */
  readonly error: string | null;
  readonly subscribers: number;
  readonly dropped: number;
  readonly bytes: number;
  readonly events: number;
  /** Each a second. */
  readonly rates: { readonly events: number; readonly bytes: number; readonly commits: number };
}

/** All that the panel shows. */
export interface View {
  readonly streams: readonly Figures[];
  /** The one that is looked at. */
  readonly shown: Figures | null;
  readonly moments: readonly Moment[];
  readonly blocks: readonly Block[];
  readonly findings: readonly Finding[];
}

/** Four times a second at most. */
const renderTime = 250;
const closedTime = 1_000;

function ratesOf({ samples }: StreamRecord): Figures['rates'] {
  const [first] = samples;
  const last = samples.at(-1);
  const span = first && last ? (last.at - first.at) / 1_000 : 0;
  const each = (key: 'events' | 'bytes' | 'commits') =>
    first && last && span > 0 ? Math.max(0, (last[key] - first[key]) / span) : 0;
  return { events: each('events'), bytes: each('bytes'), commits: each('commits') };
}

function figuresOf(record: StreamRecord, now: number): Figures {
  const { stream, bytes, events } = record;
  const { state, isKept, subscribers } = stream;
  const hooks = isKept ? stream.hooks : [];
  return {
    ...{ record, isKept, subscribers, bytes, events },
    status: isKept || state.status === 'failed' ? state.status : 'closed',
    attempt: state.attempt,
    error: state.error?.message ?? null,
    retryIn: state.retryAt === null ? null : state.retryAt - now,
    dropped: hooks.reduce((sum, { dropped }) => sum + dropped, 0),
    rates: ratesOf(record),
  };
}

const isTiming = (entry: PerformanceEntry): entry is PerformanceResourceTiming =>
  'nextHopProtocol' in entry;

/** What was loaded from where, and over which protocol; not every page tells. */
function timings(): readonly Timing[] {
  const { performance: page } = globalThis as { performance?: Partial<Performance> };
  return ['navigation', 'resource'].flatMap(
    (type) => page?.getEntriesByType?.(type).filter(isTiming) ?? [],
  );
}

const empty: View = { streams: [], shown: null, moments: [], blocks: [], findings: [] };

/** Reads a recording a few times a second, and less often while the panel is closed. */
export function useView(
  recording: Recording,
  { selected, isOpen, isPaused }: { selected: string | null; isOpen: boolean; isPaused: boolean },
): { view: View; refresh: () => void; clear: () => void } {
  const [view, setView] = useState(empty);
  const [wires] = useState(() => new WeakMap<StreamRecord, Wire>());
  /** What was shown last: a stream that is new does not take its place. */
  const last = useRef<StreamRecord | null>(null);
  const doctor = useRef({ at: 0, findings: empty.findings });
  const refresh = useCallback(() => {
    recording.sample();
    const now = recording.clock.now();
    const records = [...recording.records.values()].reverse();
    const streams = records.map((record) => figuresOf(record, now));
    streams.sort((a, b) => Number(b.isKept) - Number(a.isKept));
    const shown =
      streams.find(({ record }) => record.stream.id === selected) ??
      streams.find(({ record, isKept }) => isKept && record === last.current) ??
      streams[0];
    last.current = shown?.record ?? null;
    const wire = shown && (wires.get(shown.record) ?? new Wire());
    if (wire) {
      wires.set(shown.record, wire);
      if (isOpen && !isPaused) wire.read(shown.record);
    }
    if (Math.abs(now - doctor.current.at) >= closedTime) {
      doctor.current = { at: now, findings: diagnose(records, now, timings()) };
    }
    setView((before) => ({
      streams,
      shown: shown ?? null,
      moments: isPaused ? before.moments : recording.moments,
      blocks: wire?.blocks ?? [],
      findings: doctor.current.findings,
    }));
  }, [recording, wires, selected, isOpen, isPaused]);
  useEffect(() => {
    const now = setTimeout(refresh);
    const timer = setInterval(refresh, isOpen ? renderTime : closedTime);
    return () => {
      clearTimeout(now);
      clearInterval(timer);
    };
  }, [refresh, isOpen]);
  const clear = () => {
    for (const record of recording.clear()) wires.get(record)?.clear();
    refresh();
  };
  return { view, refresh, clear };
}
