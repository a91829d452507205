import type { View } from './useView.ts';
import { time } from './words.ts';

function Headers({ title, headers }: { title: string; headers: Readonly<Record<string, string>> }) {
  return (
    <>
      <h3>{title}</h3>
      <dl className="ues-headers">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name} data-name={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** What was last asked for, and what the server has answered; without secrets. */
export function RequestView({ view }: { view: View }) {
  const { request, response, stream } = view.shown?.record ?? {};
  if (!stream) return <p className="ues-empty">No stream is open.</p>;
  if (!request && !response) {
    return (
      <p className="ues-empty">
        {stream.transport === 'fetch'
          ? 'It was sent before anybody looked. The next attempt appears here.'
          : 'The browser does not tell what it sends; only a stream that is read with fetch does.'}
      </p>
    );
  }
  return (
    <div className="ues-request">
      {request && (
        <Headers
          title={`${request.method} ${stream.url} · ${time(request.at)}`}
          headers={request.headers}
        />
      )}
      {response && (
        <Headers title={`${response.status} · ${time(response.at)}`} headers={response.headers} />
      )}
    </div>
  );
}
