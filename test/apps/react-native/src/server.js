/** The server of the scenarios: on a socket for Node, in memory for an engine without a network. */

const sse = { 'content-type': 'text/event-stream' };

const event = (id, data, type) => `${type ? `event: ${type}\n` : ''}id: ${id}\ndata: ${data}\n\n`;

/** Two events and a break, then what follows after the last id, and the end. */
function cut({ headers }, answer) {
  answer.head(200, sse);
  const last = Number(headers['last-event-id'] ?? 0);
  answer.write('retry: 10\n\n');
  answer.write(event(last + 1, `"${last + 1}"`) + event(last + 2, `"${last + 2}"`));
  if (last === 0) answer.cut();
  else answer.write(event(last + 3, '"ünï"', 'done'));
}

const routes = {
  '/cut': cut,
  '/token': ({ headers }, answer) => {
    if (headers.authorization !== 'Bearer fresh') {
      answer.head(401, { 'content-type': 'application/json' });
      answer.write('{"message":"The token has expired."}');
      return answer.end();
    }
    answer.head(200, sse);
    answer.write(event(1, '"secret"'));
  },
  '/open': ({ headers }, answer) => {
    answer.head(200, sse);
    answer.write(event(Number(headers['last-event-id'] ?? 0) + 1, '"here"'));
  },
  '/job': (_, answer) => {
    answer.head(200, sse);
    answer.write(event(1, '{"step":"Uploading","progress":25}'));
    answer.write(event(2, '{"step":"Processing","progress":60}'));
    answer.write(event(3, '{"progress":100}', 'done'));
  },
  '/log': (_, answer) => {
    answer.head(200, { 'content-type': 'text/plain; charset=utf-8' });
    answer.write('INFO one\nWARN tw');
    answer.write('ö\nERROR three\n');
    answer.end();
  },
  '/answer': ({ method, body }, answer) => {
    answer.head(200, { 'content-type': 'text/plain; charset=utf-8' });
    for (const part of [method, ' ', body, '!']) answer.write(part);
    answer.end();
  },
  '/silent': () => undefined,
  '/idle': (_, answer) => {
    answer.head(200, sse);
    answer.write(event(1, '"once"'));
  },
  '/missing': (_, answer) => {
    answer.head(404, { 'content-type': 'application/json' });
    answer.write('{"message":"No such stream."}');
    answer.end();
  },
  '/page': (_, answer) => {
    answer.head(200, { 'content-type': 'text/html' });
    answer.write('<p>Sign in</p>');
    answer.end();
  },
  '/large': (_, answer) => {
    answer.head(200, sse);
    answer.write(event(1, 'x'.repeat(2_000)));
  },
};

/** Answers a request: `answer` has `head`, `write` (a text), `end` and `cut`. */
exports.serve = function serve(request, answer) {
  routes[request.path.split('?')[0]](request, answer);
};
