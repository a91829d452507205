import { useEffect, useState } from 'react';

/** How long the button tells what has come of it, in milliseconds. */
const FEEDBACK = 2_000;

/** Copies a text to the clipboard, and tells whether that went well. */
export function CopyButton({ text }: { text: () => string }) {
  const [outcome, setOutcome] = useState<'Copied' | 'Not copied' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => {
      setOutcome(null);
    }, FEEDBACK);
    return () => {
      clearTimeout(timer);
    };
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setOutcome('Copied');
    } catch {
      // A page that is not in front, or not trusted, has no clipboard.
      setOutcome('Not copied');
    }
  };
  return (
    <>
      <button type="button" className="log-copy" onClick={() => void copy()}>
        {outcome ?? 'Copy'}
      </button>
      <span className="visually-hidden" aria-live="polite">
        {outcome}
      </span>
    </>
  );
}
