import path from 'node:path';

export default {
  mode: 'production',
  target: 'node',
  entry: './shared/main.js',
  output: { path: path.resolve('dist'), filename: 'main.js' },
  // As of a bundler that does not know package exports.
  resolve: { exportsFields: [] },
  // Then `react/jsx-runtime`, imported by an ES module, would be asked for its file extension.
  module: { rules: [{ test: /\.m?js$/, resolve: { fullySpecified: false } }] },
};
