/** `CLASSES=functions` compiles classes to functions, as for engines without classes. */
module.exports = (api) => {
  api.cache.using(() => process.env.CLASSES);
  const profile = process.env.CLASSES === 'functions' ? 'default' : 'hermes-stable';
  return { presets: [['babel-preset-expo', { unstable_transformProfile: profile }]] };
};
