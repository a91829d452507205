import * as core from 'use-event-stream/core';
import * as testing from 'use-event-stream/testing';
import { story } from './story.js';
import { scripted } from './testing.js';

// Through `globalThis`: a bundler for browsers would look for a stand-in.
const [, , url] = globalThis.process.argv;
void Promise.all([story(core, url), scripted(testing)]).then(([result, data]) => {
  console.log(JSON.stringify({ ...result, scripted: data }));
});
