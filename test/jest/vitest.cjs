/** What the recipes import from their runner. */
module.exports = require('@jest/globals');
