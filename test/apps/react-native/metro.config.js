const path = require('node:path');
const { getDefaultConfig } = require('expo/metro-config');

const config = getDefaultConfig(__dirname);
const { resolveRequest } = config.resolver;
// React Native's own set-up also loads what draws, which needs a device.
config.resolver.resolveRequest = (context, name, platform) => {
  if (/(^react-native|\/src)\/setup-env$/.test(name)) {
    return { type: 'sourceFile', filePath: path.join(__dirname, 'src/setUp.js') };
  }
  return (resolveRequest ?? context.resolveRequest)(context, name, platform);
};
module.exports = config;
