import type { ReactNode } from 'react';

interface FaultButtonProps {
  /** Whether it would do nothing now. It keeps the focus then, which a disabled button would lose. */
  isOff?: boolean;
  onClick: () => void | Promise<void>;
  children: ReactNode;
}

/** A button that makes trouble, or mends it. */
export function FaultButton({ isOff = false, onClick, children }: FaultButtonProps) {
  return (
    <button
      type="button"
      aria-disabled={isOff || undefined}
      onClick={() => {
        if (!isOff) void onClick();
      }}
    >
      {children}
    </button>
  );
}
