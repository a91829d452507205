import { StreamError, type StreamEvent } from 'use-event-stream';
import { StreamError as CoreError } from 'use-event-stream/core';
import { mockStream } from 'use-event-stream/testing';
import { describe, expect, test, vi } from 'vitest';

const url = 'https://example.test/stream';

type Refused = Extract<StreamError, { kind: 'http' | 'contentType' }>;

/** The error of a stream whose server answers with this. */
async function refusal(status: number, body: string, type = 'application/json') {
  const stream = mockStream(url);
  let last: StreamError | null = null;
  stream.store.subscribe(
    { url, reconnect: false },
    { onEvents: () => undefined, onState: ({ error }) => (last = error) },
  );
  await stream.reject(status, { body, headers: { 'content-type': type } });
  const error: unknown = last;
  if (!(error instanceof StreamError)) throw new Error('The stream has not failed.');
  return error as Refused;
}

const problem = { type: 'about:blank', title: 'Not enough credit', status: 403 };

const answers: readonly (readonly [string, unknown, string | null])[] = [
  ['the detail of a problem', { ...problem, detail: 'Your balance is 30.' }, 'Your balance is 30.'],
  ['the title of a problem', problem, 'Not enough credit'],
  ['error.message', { error: { message: 'Overloaded', type: 'overloaded_error' } }, 'Overloaded'],
  ['a list with an error', [{ error: { code: 429, message: 'Quota' } }], 'Quota'],
  ['message', { message: 'No such room' }, 'No such room'],
  [
    'message before a status name',
    { statusCode: 404, message: 'No cat', error: 'Not Found' },
    'No cat',
  ],
  ['the first of several messages', { message: ['a is empty', 'b is empty'] }, 'a is empty'],
  ['error_description', { error: 'invalid_grant', error_description: 'Expired' }, 'Expired'],
  ['error', { error: 'Forbidden' }, 'Forbidden'],
  ['the first of errors', { errors: [{ message: 'Bad' }, { message: 'b' }] }, 'Bad'],
  ['the detail of an error of JSON:API', { errors: [{ title: 'a', detail: 'b' }] }, 'b'],
  ['errors that are texts', { errors: ['Bad'] }, 'Bad'],
  [
    'a detail that is a list',
    { detail: [{ loc: ['a'], msg: 'Field required' }] },
    'Field required',
  ],
  ['a text of JSON', 'Not allowed', 'Not allowed'],
  ['a number', 1234, '1234'],
  ['message beside an empty error', { error: {}, message: 'boom' }, 'boom'],
  ['message beside an error with a code', { error: { code: 1 }, message: 'boom' }, 'boom'],
  ['detail beside an error with a code', { error: { code: 'E1' }, detail: 'd' }, 'd'],
  ['a message in an error first', { error: { detail: 'a' }, message: 'b' }, 'a'],
  [
    'the first of messages before a status name',
    { message: ['name must be a string'], error: 'Bad Request', statusCode: 400 },
    'name must be a string',
  ],
  ['the first that says something', { errors: [{}, null, '', { message: 'b' }] }, 'b'],
  ['an error by field', { errors: { name: ["can't be blank"] } }, "name: can't be blank"],
  [
    'an error by field before a status name',
    { errors: { age: [], name: ['is short'] }, error: 'Unprocessable Entity' },
    'name: is short',
  ],
  ['fields at the root', { name: ['This is required.'], age: [] }, 'name: This is required.'],
  ['no field', { non_field_errors: ['Unable to log in.'] }, 'Unable to log in.'],
  ['a code at the root', { code: 'x', status: 404 }, null],
  ['a `reason`', { error: { type: 'not_found', reason: 'no such index' } }, 'no such index'],
  ['a field with one error', { errors: { name: 'is short' } }, 'name: is short'],
  ['the title before errors by field', { title: 'Invalid', errors: { Name: ['x'] } }, 'Invalid'],
  ['a Message with a capital', { Message: 'No such room' }, 'No such room'],
  ['an Error with a capital', { Error: { Code: 1, Message: 'Denied' } }, 'Denied'],
  ['nothing', {}, null],
  ['an empty message', { message: ' ' }, null],
  ['null', null, null],
  ['other types', { message: 3, error: true, errors: {} }, null],
];

describe('an answer of JSON', () => {
  test.for(answers)('gives as reason %s', async ([, body, reason]) => {
    const error = await refusal(422, JSON.stringify(body));
    expect(error).toMatchObject({ kind: 'http', status: 422 });
    expect(error.json).toEqual(body);
    expect(error.reason).toBe(reason);
  });

  test('is parsed once', async () => {
    const error = await refusal(400, '{"a":{}}');
    expect(error.json).toEqual({ a: {} });
    expect(error.json).toBe(error.json);
  });

  test('is at hand with a wrong content type too', async () => {
    const error = await refusal(200, '{"message":"Sign in"}');
    expect(error).toMatchObject({ kind: 'contentType', contentType: 'application/json' });
    expect(error.json).toEqual({ message: 'Sign in' });
    expect(error.reason).toBe('Sign in');
  });

  test('may be nested as deep as its length allows', async () => {
    const depth = 1_000;
    expect((await refusal(400, '['.repeat(depth) + ']'.repeat(depth))).reason).toBeNull();
    const deep = `${'{"errors":'.repeat(depth)}"deep"${'}'.repeat(depth)}`;
    expect((await refusal(400, deep)).reason).toBe('deep');
    const empty = `${'{"error":'.repeat(depth)}{}${'}'.repeat(depth)}`;
    expect((await refusal(400, empty)).reason).toBeNull();
  });

  test.for(['\ufeff', '\ufeff\ufeff', ' \n'])('may begin with %j', async (mark) => {
    const error = await refusal(400, `${mark}{"message":"a"}`);
    expect([error.reason, error.json]).toEqual(['a', { message: 'a' }]);
    const detail = { status: 400, body: `${mark}{"message":"a"}`, retryAfter: null };
    expect(new StreamError('http', 'Refused.', detail)).toMatchObject({ reason: 'a' });
  });

  test('gives a reason of at most 500 characters', async () => {
    const { reason } = await refusal(400, JSON.stringify({ message: 'x'.repeat(9_000) }));
    expect(reason).toBe(`${'x'.repeat(499)}…`);
  });

  test('is none where it is longer than what is read of it', async () => {
    const error = await refusal(400, JSON.stringify({ message: 'x'.repeat(20_000) }));
    expect(error.json).toBeUndefined();
    expect(error.reason).toBeNull();
  });
});

const texts: readonly (readonly [string, number, string, string, string | null])[] = [
  ['a short text', 403, ' Ask an admin. \n', 'text/plain', 'Ask an admin.'],
  ['a text without a type', 403, 'Ask an admin.', '', 'Ask an admin.'],
  ['a page', 403, '<!doctype html><title>Forbidden</title>', 'text/html', null],
  ['a page that says to be text', 403, '\n<html>Forbidden</html>', 'text/plain', null],
  ['a text of 500 characters', 500, 'x'.repeat(500), 'text/plain', 'x'.repeat(500)],
  ['a long text', 500, 'x'.repeat(501), 'text/plain', null],
  ['what is not text alone', 200, 'PK', 'application/zip; of="text/plain"', null],
  ['broken JSON', 500, '{"message":"x"', 'application/json', null],
  ['bytes', 500, 'PNG \ufffd', 'image/png', null],
  ['no body', 500, '', 'text/plain', null],
  ['a page with a status of success', 200, 'Sign in', 'text/html', null],
  ['a text with a status of success', 200, 'Sign in', 'text/plain', 'Sign in'],
];

test.for(texts)('%s of status %i gives its reason', async ([, status, body, type, reason]) => {
  const error = await refusal(status, body, type);
  expect(error.json).toBeUndefined();
  expect(error.reason).toBe(reason);
});

test('an error of another kind has no reason, unless it is given one', () => {
  const lost = new StreamError('network', 'Lost.', { url });
  expect(lost.reason).toBeNull();
  expect(Reflect.get(lost, 'json')).toBeUndefined();
  expect(new StreamError('aborted', 'Signed out.', { reason: 'Sign in' }).reason).toBe('Sign in');
});

const none = '{},'.repeat(30_000);

test.for<[string, unknown, string | null]>([
  ['JSON of 64 KiB', JSON.stringify({ message: 'a', rest: 'x'.repeat(65_000) }), 'a'],
  ['longer JSON', JSON.stringify({ message: 'a', rest: 'x'.repeat(66_000) }), null],
  ['a long list', `[${none}"a"]`, null],
  ['a long list of errors', `\n{"errors":[${none}"a"]}`, null],
  ['a long text in quotes', JSON.stringify('x'.repeat(70_000)), null],
  ['a long text', `a ${none}`, `a ${none}`.slice(0, 499) + '…'],
  ['a value with many others before it', { error: JSON.parse(`[${none}"a"]`) as unknown }, null],
])('of the failure of a job %s gives its reason, read once', ([, data, reason]) => {
  const event = { type: 'error', lastEventId: '', sequence: 1, receivedAt: 0, data };
  const looks = vi.fn(() => data);
  Object.defineProperty(event, 'data', { get: looks });
  const error = new StreamError('job', 'Failed.', { event: event as StreamEvent });
  expect([error.reason, error.reason]).toEqual([reason, reason]);
  expect(looks).toHaveBeenCalledOnce();
});

test('an error of the core tells the same', () => {
  const detail = { status: 400, body: '{"message":"a"}', retryAfter: null };
  const error = new CoreError('http', 'Refused.', detail);
  expect(error).toBeInstanceOf(StreamError);
  expect([error.reason, error.json]).toEqual(['a', { message: 'a' }]);
  expect(Object.keys(error)).not.toContain('reason');
});
