/** `PRESET=react-native`: React Native's own, which makes functions of classes, as for engines without them. */
module.exports = (api) => {
  api.cache.using(() => process.env.PRESET);
  const own = ['@react-native/babel-preset', { unstable_transformProfile: 'default' }];
  return { presets: [process.env.PRESET === 'react-native' ? own : 'babel-preset-expo'] };
};
