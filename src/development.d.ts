/**
 * Whether this is a build for development: what is behind it is not in a production build. The build puts a look at
 * `process.env.NODE_ENV` in its place; where there is no `process` it is false.
 */
declare const __DEV__: boolean;
