import type { LogTail } from 'use-event-stream';
import { errorText } from '../errorText.ts';

/** Why a log has failed for good, and the way to try it again. */
export function LogFailure({ log: { error, reconnect } }: { log: LogTail }) {
  return (
    <div className="alert log-failure" role="alert">
      {error && errorText(error)}
      <button type="button" onClick={reconnect}>
        Reconnect
      </button>
    </div>
  );
}
