const path = require('node:path');
const { getDefaultConfig } = require('expo/metro-config');

const config = getDefaultConfig(__dirname);
const { resolveRequest } = config.resolver;
const isOld = process.env.PRESET === 'react-native';
config.resolver.resolveRequest = (context, name, platform) => {
  // React Native's own set-up also loads what draws, which needs a device.
  if (/(^react-native|\/src)\/setup-env$/.test(name)) {
    return { type: 'sourceFile', filePath: path.join(__dirname, 'src/setUp.js') };
  }
  const resolve = resolveRequest ?? context.resolveRequest;
  if (!/^use-event-stream(\/|$)/.test(name)) return resolve(context, name, platform);
  // Before React Native 0.79 Metro did not read `exports`. React Native itself is found only by them now.
  const found = resolve({ ...context, unstable_enablePackageExports: !isOld }, name, platform);
  console.log(`${name} is ${path.basename(found.filePath)}`);
  return found;
};
module.exports = config;
