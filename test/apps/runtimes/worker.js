import * as core from 'use-event-stream/core';
import { story } from './shared/story.js';

export default {
  async test(controller, { url }) {
    console.log(JSON.stringify(await story(core, url)));
  },
};
