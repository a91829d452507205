/** One sentence of the standard, in other words, and what holds it. */
export interface Sentence {
  /** The section of the HTML standard. */
  section: string;
  says: string;
  /** The names of the tests that fail where it does not hold. */
  tests?: readonly string[];
  /** Why no test here can hold it. */
  beyond?: string;
}

/** The HTML standard's chapter 9.2, "Server-sent events", as far as a client is spoken of (read in 2026). */
export const sentences: readonly Sentence[] = [
  ...section('9.2.1 Introduction', {
    'A page makes an EventSource and listens to it.': [
      'calls listeners: functions, objects, once, each one time, and none that is gone',
    ],
    'Messages without a name are of the type `message`; a name makes another type, for its listeners alone.':
      [
        'dispatches a message of the type `message` for a block with data',
        'gives messages of a type to the listeners of that type',
      ],
    'Requests can be redirected, as others can.': [
      'follows status %i, and gives messages the origin of where it led',
      'asks at its own url again after a redirect',
    ],
    'A client connects again where the connection is closed.': [
      'is open when it says so, connecting after a clean end, and opens again',
    ],
    'Status 204 tells a client to stop.': ['closes for good after status %i, with one error event'],
    'Events look the same to listeners however they reach the client: the class is an EventTarget.':
      ['is an EventTarget', "dispatches the window's own events"],
  }),
  ...section('9.2.2 The EventSource interface', {
    'The constructor takes a string; what is none is made one.': [
      'makes a string of what it is given as the url',
    ],
    'It parses the url relative to its environment: a document or a worker.': [
      "resolves its url against the document's base",
      "resolves its url against a worker's own address",
    ],
    'A url that does not parse throws a SyntaxError DOMException.': [
      'throws a SyntaxError on the url %j, which cannot be parsed',
    ],
    'It keeps the parsed url.': ['says its url as it was parsed, the fragment included'],
    '`withCredentials` of the options is false unless given.': [
      'sends no credentials to other origins unless it is told to',
    ],
    'Credentials go to other origins with `withCredentials` only; else to its own.': [
      'sends no credentials to other origins unless it is told to',
    ],
    'The request may say that it accepts `text/event-stream`.': [
      'asks with GET for an event stream, past every cache',
    ],
    'The cache mode is `no-store`, so that the request says `Cache-Control: no-cache`.': [
      'asks with the cache mode `no-store`, and never for a part',
      'asks with GET for an event stream, past every cache',
    ],
    'The constructor returns while the fetch goes on.': [
      'begins as CONNECTING, before anything was asked for',
      'closes on %s, whose scheme cannot be fetched, with an error event after the constructor',
    ],
    'A response that ends, and is no network error, leads to another try.': [
      'is open when it says so, connecting after a clean end, and opens again',
    ],
    'An aborted request leads to none.': [
      'ends the request when it is closed, and dispatches nothing more',
    ],
    'A network error leads to another try.': [
      'tries again after a connection that breaks, before the answer and within it',
      'tries again where nobody listens, each time with an error event',
    ],
    'Where another try is known to be futile, the connection fails.': [
      'closes on %s, whose scheme cannot be fetched, with an error event after the constructor',
    ],
    'A status other than 200 fails the connection.': [
      'closes for good after status %i, with one error event',
      'closes for good where a redirect leads to an error',
      'is closed by a 401 too, whatever its headers are',
    ],
    'A content type other than `text/event-stream` fails the connection.': [
      'closes for good after the content type %j, with one error event',
    ],
    'Parameters and case of the content type do not matter.': ['takes the content type %j'],
    'Of several content types the last one that parses counts (Fetch, "extract a MIME type").': [
      'takes the content type %j',
      'closes for good after the content type %j, with one error event',
    ],
    'Otherwise the connection is announced as soon as the response is there.': [
      'opens once the headers have come, without waiting for a body',
    ],
    'The body is interpreted line by line.': ['interprets every line as it comes'],
    'The constructor takes a url and, if there are any, options (Web IDL, section 3.7.1).': [
      'needs a url, takes null for no options, and makes a boolean of `withCredentials`',
    ],
    'Every object has a url, its serialisation is `url`.': [
      'says its url as it was parsed, the fragment included',
    ],
    'Every object has a request; fetch can also be given other schemes than HTTP.': [
      'reads a data url, whose origin is opaque',
    ],
    'Every object has a reconnection time of some seconds at first.': [
      'waits for the reconnection time, some seconds unless the stream sets one, before it asks again',
    ],
    'Every object has a last event ID string, empty at first.': [
      'sends no last event id before there was one',
    ],
    '`withCredentials` says what was asked for.': [
      'sends no credentials to other origins unless it is told to',
    ],
    'CONNECTING is 0, OPEN is 1, CLOSED is 2, on class and object.': [
      'has its three states as constants, on the class and on every object',
    ],
    '`readyState` is CONNECTING at first.': ['begins as CONNECTING, before anything was asked for'],
    '`readyState` is CONNECTING while the connection is not there yet or is lost and tried again.':
      [
        'waits for the reconnection time, some seconds unless the stream sets one, before it asks again',
      ],
    '`readyState` is OPEN while events are dispatched as they come.': [
      'is open when it says so, connecting after a clean end, and opens again',
    ],
    '`readyState` is CLOSED where nothing is tried any more.': [
      'closes for good after status %i, with one error event',
    ],
    '`close()` ends the fetch and sets CLOSED.': [
      'ends the request when it is closed, and dispatches nothing more',
      'closes before the answer, and does not hear it',
      'asks for nothing when it is closed at once',
      'may be closed again, to no effect',
      'may be closed in a listener of `open`, of a message and of `error`',
      'closes on a url that cannot be fetched without an event',
    ],
    '`onopen`, `onmessage` and `onerror` are event handlers of `open`, `message` and `error`.': [
      'calls onopen when the stream begins',
      'calls onopen, onmessage and onerror as listeners of their own events only',
    ],
    'A handler that is no object is null, and an object that cannot be called is kept.': [
      'has null for a handler until one is set, and again where it is set to what is none',
      'keeps an object that is no function as a handler, and does not call it',
    ],
    'A handler is a listener in the place where it was first set.': [
      'calls a handler in the place where one was first set, until it is null',
    ],
  }),
  ...section('9.2.3 Processing model', {
    'Announcing sets OPEN and fires `open`.': [
      'is open when it says so, connecting after a clean end, and opens again',
    ],
    'Nothing is announced where the object is closed.': [
      'closes before the answer, and does not hear it',
    ],
    'Reestablishing sets CONNECTING and fires `error`, for every try that fails.': [
      'is open when it says so, connecting after a clean end, and opens again',
      'tries again where nobody listens, each time with an error event',
    ],
    'It does nothing where the object is closed.': [
      'ends the request when it is closed, and dispatches nothing more',
    ],
    'It waits for the reconnection time.': [
      'waits for the reconnection time, some seconds unless the stream sets one, before it asks again',
    ],
    'It may wait some more, and longer after every failure.': ['waits longer while tries fail'],
    'It asks again only where the object is CONNECTING still.': [
      'closes while it waits for the next try, and makes none',
    ],
    'The request that follows has `Last-Event-ID`, in UTF-8, where the string is not empty.': [
      'sends the last event id, in UTF-8, with every further request',
      'sends no last event id after an empty one',
    ],
    'The answer to it is treated as the first one.': [
      'is open when it says so, connecting after a clean end, and opens again',
      'tries again after a connection that breaks, before the answer and within it',
    ],
    'Failing sets CLOSED and fires `error`; nothing is tried after that.': [
      'closes for good after status %i, with one error event',
      'closes for good after the content type %j, with one error event',
    ],
    'The events `open` and `error` are plain, neither bubble nor can be cancelled.': [
      'dispatches real events: plain ones, and messages with origin and last event id',
    ],
    'Tasks are queued on the remote event task source.': 'Scripts cannot name a task source.',
    'Events fired by a user agent are trusted.': 'Scripts can only dispatch events that are not.',
    'A request may have headers beside these.': [
      'asks with own headers beside those of the standard',
    ],
  }),
  ...section('9.2.4 The `Last-Event-ID` header', {
    'It carries the last event ID string to the server when the connection is made again.': [
      'sends the last event id, in UTF-8, with every further request',
      'tries again after a connection that breaks, before the answer and within it',
    ],
    'Its value is UTF-8 without NULL, LF and CR.': [
      'does not take an id with a NULL in it, and sends the one before',
    ],
  }),
  ...section('9.2.5 Parsing an event stream', {
    'A stream may begin with one byte order mark.': [
      'drops one byte order mark at the start, also where it is cut',
      'drops no second byte order mark',
      'keeps a byte order mark that is not at the start',
      'takes nothing but the UTF-8 mark for a byte order mark',
      'drops the rest of a stream that broke, and begins the next one anew',
    ],
    'A stream is any number of events, also none.': ['takes a stream without any byte'],
    'Lines end at CR LF, LF or CR, and at nothing else.': [
      'ends lines at %s, wherever the stream is cut',
      'ends lines at CR, LF and CR LF in one stream, wherever it is cut',
      'takes CR LF for one end of a line and LF CR for two',
      'takes no other character for the end of a line',
    ],
    'A comment begins with a colon.': ['ignores comments'],
    'A field is a name, and maybe a colon, a space and a value of any characters.': [
      'takes everything after the first colon for the value',
      'takes away one space after the colon and no more',
      'keeps NULLs in data and types',
      'takes lines longer than any chunk',
    ],
    'Streams are UTF-8, and nothing can name another encoding.': [
      'decodes UTF-8, wherever a character is cut',
      'decodes UTF-8 whatever charset the content type names',
    ],
    'A line is dealt with when it has come, not when the buffers are full.': [
      'dispatches after a CR without waiting for what follows it',
      'interprets every line as it comes',
    ],
  }),
  ...section('9.2.6 Interpreting an event stream', {
    'Streams are decoded by "UTF-8 decode", which replaces what is not UTF-8.': [
      'replaces bytes that are not UTF-8, wherever they are cut',
      'decodes UTF-8, wherever a character is cut',
    ],
    'That also strips the byte order mark, one.': [
      'drops one byte order mark at the start, also where it is cut',
      'drops no second byte order mark',
    ],
    'What a stream means does not depend on how it comes.': [
      'any stream, cut anywhere, gives what the standard makes of the whole',
      'the streams of the test have all that makes a stream odd',
    ],
    'The buffers of data and type are empty when a stream begins.': [
      'drops the rest of a stream that broke, and begins the next one anew',
    ],
    'The last event ID is kept where the stream that follows sets none, as browsers do.': [
      'keeps the last event id of messages across a reconnect',
    ],
    'An empty line dispatches the event.': [
      'dispatches a message of the type `message` for a block with data',
    ],
    'A line that begins with a colon is ignored, and ends no block.': [
      'ignores comments',
      'takes a comment within a block for nothing, not for its end',
    ],
    'What stands before the first colon is the name, what stands after it the value.': [
      'takes everything after the first colon for the value',
    ],
    'One space at the start of the value is removed.': [
      'takes away one space after the colon and no more',
    ],
    'A line without a colon is a name with an empty value.': [
      'takes a line without a colon for a field without a value',
    ],
    'At the end of the file pending data is discarded.': [
      'drops a last block without a blank line after it',
      'does not take the id of a block that was not ended',
    ],
    'Names are compared literally, without folding case.': [
      'ignores fields of other names, whole and literal',
    ],
    '`event` sets the type.': ['gives a message the type of its block, the last of them'],
    '`data` adds its value and a line feed to the data.': [
      'joins the data lines of a block with line feeds, without one at the end',
      'keeps a line feed at the start and at the end of the data',
    ],
    '`id` sets the last event ID, also to an empty one.': [
      'keeps the last event id until another comes',
      'forgets the last event id at an empty one',
    ],
    '`id` with a NULL is ignored.': ['ignores an id with a NULL in it'],
    '`retry` of ASCII digits sets the reconnection time, in base ten.': [
      'takes %j for a reconnection time of %i ms, at once',
      'keeps the reconnection time for the streams that follow',
    ],
    '`retry` of anything else is ignored.': ['ignores the reconnection time %j'],
    'Any other field is ignored.': ['ignores fields of other names, whole and literal'],
    'Dispatching sets the last event ID string first, whether or not there is data.': [
      'takes the id of a block without data',
    ],
    'Where the data is empty, nothing is dispatched, and the type is forgotten.': [
      'dispatches nothing for a block without data',
      'forgets the type after every block, also after one without data',
    ],
    'An empty data line is not empty data: it has a line feed.': [
      'dispatches an empty message for an empty data line',
    ],
    'The last line feed of the data is removed.': [
      'joins the data lines of a block with line feeds, without one at the end',
      'keeps a line feed at the start and at the end of the data',
    ],
    'The event is a MessageEvent with data, the origin of the final url and the last event ID.': [
      'dispatches real events: plain ones, and messages with origin and last event id',
      'follows status %i, and gives messages the origin of where it led',
      'reads a data url, whose origin is opaque',
    ],
    'Its type is `message`, or the type buffer where that is not empty.': [
      'takes an empty type for `message`',
      'takes any name for a type',
      'gives a message of the type `error` or `open` to those listeners, and stays open',
    ],
    'Data and type are empty afterwards.': [
      'forgets the type after every block, also after one without data',
    ],
    'The event is dispatched only where the object is not closed by then.': [
      'may be closed in a listener of `open`, of a message and of `error`',
    ],
    'An event without an id has the last one of the stream.': [
      'keeps the last event id until another comes',
    ],
    'Nothing is said of an event that comes twice: both are dispatched.': [
      'delivers what a server sends again',
    ],
    'The examples give the events that they are said to give.': [
      'reads the examples of the standard as it says',
    ],
  }),
  ...section('9.2.7 Authoring notes', {
    'A comment now and then keeps a connection alive, and is no event.': ['ignores comments'],
    'HTTP chunking may delay blocks: authors may turn it off.': 'It is said to servers.',
  }),
  ...section('9.2.8 Connectionless push and other features', {
    'A user agent may hand the connection to a proxy.': 'It is said to makers of browsers.',
  }),
  ...section('9.2.9 Garbage collection', {
    'An object with listeners lives while it is not closed; one that is collected ends its fetch.':
      'Collection cannot be asked for in a script; `test/browser` counts what is left after it.',
  }),
  ...section('9.2.10 Implementation advice', {
    'Developer tools should show the events.': 'It is said to makers of browsers.',
  }),
];

function section(name: string, rows: Record<string, readonly string[] | string>): Sentence[] {
  return Object.entries(rows).map(([says, held]) => {
    const how = typeof held === 'string' ? { beyond: held } : { tests: held };
    return { section: name, says, ...how };
  });
}
