/** What each icon draws, on 16 by 16 units. */
const PATHS = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  filter: 'M2 4h12M4.5 8h7M7 12h2',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  follow: 'M8 2v8M4.5 7 8 10.5 11.5 7M3 14h10',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M5 3.2v9.6L12.5 8Z',
  wrap: 'M2 3.5h12M2 8h9.5a2.25 2.25 0 0 1 0 4.5H8M10 10.5l-2 2 2 2M2 12.5h3',
  copy: 'M5.5 5.5h8v8h-8ZM3 10.5H2.5v-8h8V3',
  done: 'M3 8.5 6.5 12 13 4.5',
  download: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 11v2.5h11V11',
  clear: 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4M6.7 6.5v4.5M9.3 6.5v4.5',
  open: 'M6 3.5 10.5 8 6 12.5',
  alert: 'M8 2.5 14 13H2ZM8 6.5v3M8 11.2v.1',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a word, or in a button that has a name: it says nothing by itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
