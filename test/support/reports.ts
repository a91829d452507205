import { onTestFinished, vi } from 'vitest';

/** What is reported meanwhile, as text. */
export function listenForReports() {
  const reported = vi.spyOn(globalThis, 'reportError').mockImplementation(() => undefined);
  onTestFinished(() => {
    reported.mockRestore();
  });
  return () => reported.mock.calls.map(([error]) => String(error));
}
