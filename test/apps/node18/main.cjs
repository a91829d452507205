const core = require('use-event-stream/core');

void import('./shared/story.js')
  .then(({ story }) => story(core, process.argv[2]))
  .then((result) => console.log(JSON.stringify(result)));
