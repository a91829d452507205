import { setUpPage } from './page.tsx';
import { act } from './render.ts';

/** What is put together of what was sent. */
export type State = readonly string[];
interface Given {
  state: State;
  lastEventId?: string;
}

type Give = (given: Given) => Promise<void>;

export const append = (all: State, events: readonly { data: string }[]): State => [
  ...all,
  ...events.map(({ data }) => data),
];

/** A page whose snapshots wait for the test. */
export function setUpSnapshots() {
  const page = setUpPage();
  const asked: { reason: string; give: Give }[] = [];
  const snapshot = ({ reason }: { reason: string }) =>
    new Promise<Given>((resolve) => {
      const give: Give = async (given) => {
        await act(() => {
          resolve(given);
        });
        await page.settle();
      };
      asked.push({ reason, give });
    });
  return { ...page, asked, options: { initial: [] as State, reduce: append, snapshot } };
}

/** Events whose data is their id. */
export const textOf = (ids: readonly number[]) =>
  ids.map((id) => `id: ${String(id)}\ndata: ${String(id)}\n\n`).join('');
