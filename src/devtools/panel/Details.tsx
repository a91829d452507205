import { useRef, type KeyboardEvent, type ReactElement } from 'react';
import type { Recording } from '../recording.ts';
import { Doctor } from './Doctor.tsx';
import { tabs, type Tab } from './memory.ts';
import { RequestView } from './RequestView.tsx';
import { statusOf } from './StreamList.tsx';
import { Timeline } from './Timeline.tsx';
import { Toggle, type Act } from './Toolbar.tsx';
import type { Figures, View } from './useView.ts';
import { WireView } from './WireView.tsx';
import { bytes, count, rate } from './words.ts';

interface DetailsProps {
  view: View;
  recording: Recording;
  act: Act;
  tab: Tab;
  onTab: (tab: Tab) => void;
}

const answers = [401, 503, 500];

/** What makes trouble for one stream. */
function Trouble({
  shown,
  recording,
  act,
}: { shown: Figures } & Pick<DetailsProps, 'recording' | 'act'>) {
  const { record, isKept, status } = shown;
  const isFetch = record.stream.transport === 'fetch';
  const why = isFetch ? undefined : 'Only where the stream is read with fetch';
  const isLive = status === 'open' || status === 'connecting';
  const waits = status === 'reconnecting' || status === 'failed';
  return (
    <span className="ues-actions">
      <button
        type="button"
        className={`ues-button ${waits ? '' : 'ues-danger'}`}
        disabled={!isKept || !(isLive || waits)}
        onClick={act(() => {
          if (waits) recording.reconnect(record.stream);
          else recording.cut(record.stream);
        })}
      >
        {waits ? 'Try now' : 'Cut'}
      </button>
      <span className="ues-group" role="group" aria-label="Answer the next attempt with">
        <span className="ues-quiet">Next answer</span>
        {answers.map((answer) => (
          <Toggle
            key={answer}
            isOn={record.nextAnswer === answer}
            disabled={!isFetch || !isKept}
            title={why}
            onClick={act(() => {
              record.nextAnswer = record.nextAnswer === answer ? null : answer;
            })}
          >
            {answer}
          </Toggle>
        ))}
      </span>
    </span>
  );
}

/** The figures of one stream. */
function Facts({ shown }: { shown: Figures }) {
  const { attempt, rates, subscribers, dropped } = shown;
  const facts: readonly (readonly [string, string])[] = [
    ['Status', statusOf(shown)],
    ['Attempt', String(attempt)],
    ['Events', `${count(shown.events)} · ${rate(rates.events)}/s`],
    ['Bytes', `${bytes(shown.bytes)} · ${bytes(rates.bytes)}/s`],
    ['Subscribers', String(subscribers)],
    ['Dropped', count(dropped)],
    ['Commits', `${rate(rates.commits)}/s`],
  ];
  return (
    <dl className="ues-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Moves between tabs with the arrow keys. */
function turned(event: KeyboardEvent, tab: Tab): Tab | null {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return null;
  event.preventDefault();
  return tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? null;
}

function Tabs({
  tab,
  onTab,
  troubles,
}: Pick<DetailsProps, 'tab' | 'onTab'> & { troubles: number }) {
  const list = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    const next = turned(event, tab);
    if (next === null) return;
    onTab(next);
    list.current?.querySelectorAll('button')[tabs.indexOf(next)]?.focus();
  };
  return (
    <div
      ref={list}
      className="ues-tabs"
      role="tablist"
      aria-label="Of this stream"
      onKeyDown={press}
    >
      {tabs.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          aria-selected={each === tab}
          tabIndex={each === tab ? 0 : -1}
          onClick={() => {
            onTab(each);
          }}
        >
          {each}
          {each === 'Doctor' && troubles > 0 && <span className="ues-count">{troubles}</span>}
        </button>
      ))}
    </div>
  );
}

const contents: Readonly<Record<Tab, (props: { view: View }) => ReactElement>> = {
  Wire: WireView,
  Timeline,
  Request: RequestView,
  Doctor,
};

/** All that is to be seen of one stream. */
export function Details({ view, recording, act, tab, onTab }: DetailsProps) {
  const { shown, findings } = view;
  const Content = contents[tab];
  return (
    <div className="ues-details">
      {shown && (
        <div className="ues-head">
          <span className="ues-url">{shown.record.stream.url}</span>
          <Trouble {...{ shown, recording, act }} />
        </div>
      )}
      {shown && <Facts shown={shown} />}
      {shown?.error && <p className="ues-error">{shown.error}</p>}
      <Tabs {...{ tab, onTab }} troubles={findings.length} />
      <div className="ues-content" role="tabpanel" aria-label={tab} tabIndex={0}>
        <Content view={view} />
      </div>
    </div>
  );
}
