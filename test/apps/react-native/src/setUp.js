/** The globals of React Native that need no screen, from its own files. */
require('./nativeModules');
require('react-native/Libraries/Core/setUpGlobals');
require('react-native/Libraries/Core/setUpTimers');
require('react-native/Libraries/Core/setUpXHR');
// Where the engine has none.
require('@bacons/text-decoder/install');
require('react-native/Libraries/Core/setUpNavigator');

// Before Expo puts its own in their place.
exports.own = { URL: global.URL, fetch: global.fetch };
global.reactNative = exports.own;
