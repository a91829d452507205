import { useId, type ReactNode } from 'react';

interface CardProps {
  title: string;
  /** What stands at the end of the heading's line, such as a status. */
  aside?: ReactNode;
  children: ReactNode;
}

/** The frame of every demo: a region with a heading. */
export function Card({ title, aside, children }: CardProps) {
  const heading = useId();
  return (
    <section className="card" aria-labelledby={heading}>
      <header className="card-header">
        <h2 id={heading}>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}
