import * as core from 'use-event-stream/core';
import * as all from 'use-event-stream';
global.probe = () => ({
  core: Object.keys(core),
  all: Object.keys(all),
  fetch: String(fetch).slice(0, 40),
  rs: typeof ReadableStream,
  url: new URL('../b?c d#e', 'http://u:p@a.test:80/x/y').href,
});
