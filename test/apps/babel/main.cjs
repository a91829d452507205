const core = require('./built/core.js');
const { story } = require('./built/story.js');

void story(core, process.argv[2]).then((result) => console.log(JSON.stringify(result)));
