import { useEffect, useState } from 'react';

/** How long it says that it has copied, in milliseconds. */
const SAID = 2_000;

interface CopyButtonProps {
  text: string;
  /** What is copied, for those who do not see where the button stands. */
  what: string;
}

/** Copies a text, and says so. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const [copied, setCopied] = useState(0);
  useEffect(() => {
    if (copied === 0) return;
    const timer = setTimeout(() => {
      setCopied(0);
    }, SAID);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied((times) => times + 1);
  };
  return (
    <button type="button" className="copy" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        {copied > 0 ? (
          <path d="m3 8.5 3.2 3.2L13 5" />
        ) : (
          <path d="M5.5 5.5h7v8h-7zM3.5 10.5v-8h7" />
        )}
      </svg>
      <span role="status">{copied > 0 ? 'Copied' : ''}</span>
    </button>
  );
}
