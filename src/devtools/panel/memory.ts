/** How the panel was left. */
export interface Memory {
  readonly isOpen: boolean;
  readonly height: number;
  readonly tab: Tab;
}

/** What is shown of a stream. */
export const tabs = ['Wire', 'Timeline', 'Request', 'Doctor'] as const;

/** One of them. */
export type Tab = (typeof tabs)[number];

const key = 'use-event-stream.devtools';

const isTab = (value: unknown): value is Tab => tabs.some((tab) => tab === value);

/** How the panel was left, or how it is to be at first. */
export function remembered(isOpen: boolean, height: number): Memory {
  const first: Memory = { isOpen, height, tab: 'Wire' };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return first;
    const { isOpen: wasOpen, height: last, tab }: Partial<Record<keyof Memory, unknown>> = kept;
    return {
      isOpen: typeof wasOpen === 'boolean' ? wasOpen : isOpen,
      height: typeof last === 'number' ? last : height,
      tab: isTab(tab) ? tab : 'Wire',
    };
  } catch {
    // A page may have no storage.
    return first;
  }
}

/** Keeps how the panel is left. */
export function remember(memory: Memory): void {
  try {
    localStorage.setItem(key, JSON.stringify(memory));
  } catch {
    // It opens as at first.
  }
}
