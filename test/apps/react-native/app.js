require('expo/src/winter/runtime.native');
// Not before the globals are there.
const { runAll } = require('./src/scenarios');

global.runAll = runAll;
