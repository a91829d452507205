import * as core from 'use-event-stream/core';
import { story } from './shared/story.js';

console.log(JSON.stringify(await story(core, process.argv[2])));
