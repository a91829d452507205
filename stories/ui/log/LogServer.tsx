import { useEffect, useState } from 'react';
import type { ConnectionState } from 'use-event-stream';
import type { Demo } from '../../demo.tsx';
import { FaultButton } from '../FaultButton.tsx';
import { count } from './count.ts';

const MAX_RATE = 50_000;
const STEPS = 100;
/** How long the slider must rest before the server hears of it, in milliseconds. */
const REST = 100;

/** The rate at a step of the slider: each one is as much faster than the last, and the figures are round. */
function rateAt(step: number): number {
  const rate = MAX_RATE ** (step / STEPS);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(rate)) - 1);
  return Math.round(rate / unit) * unit;
}

const stepOf = (rate: number) => Math.round((Math.log(rate) / Math.log(MAX_RATE)) * STEPS);

interface LogServerProps {
  demo: Demo;
  /** How many lines a second the log begins with. */
  initialRate: number;
}

/** What the demo's server does: how fast it writes, and how it fails. The log goes on through all of it. */
export function LogServer({
  demo,
  initialRate,
  status,
}: LogServerProps & Pick<ConnectionState, 'status'>) {
  const isOff = status !== 'open';
  const refuse = async () => {
    await demo.control({ action: 'unavailable', retryAfter: 4 });
    await demo.control({ action: 'cut' });
  };
  return (
    <fieldset className="log-server">
      <legend>Demo server</legend>
      <RateSlider demo={demo} initialRate={initialRate} />
      <FaultButton isOff={isOff} onClick={() => demo.control({ action: 'cut' })}>
        Cut the line
      </FaultButton>
      <FaultButton isOff={isOff} onClick={refuse}>
        Answer 503, retry after 4 s
      </FaultButton>
    </fieldset>
  );
}

function RateSlider({ demo, initialRate }: LogServerProps) {
  const [step, setStep] = useState<number | null>(null);
  const rate = step === null ? initialRate : rateAt(step);
  useEffect(() => {
    if (step === null) return;
    const timer = setTimeout(() => {
      void demo.control({ action: 'pace', rate: rateAt(step) });
    }, REST);
    return () => {
      clearTimeout(timer);
    };
  }, [demo, step]);
  return (
    <label className="log-rate">
      <span>
        <strong>{count(rate)}</strong> {rate === 1 ? 'line' : 'lines'} a second
      </span>
      <input
        type="range"
        aria-label="Lines a second"
        aria-valuetext={count(rate)}
        min={0}
        max={STEPS}
        value={step ?? stepOf(initialRate)}
        onChange={({ target }) => {
          setStep(Number(target.value));
        }}
      />
    </label>
  );
}
