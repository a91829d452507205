/** The recipes as users of Jest run them: CommonJS, on the built package. */
module.exports = {
  rootDir: '../..',
  testEnvironment: 'jest-fixed-jsdom',
  testMatch: ['<rootDir>/test/recipes/recipes.test.tsx', '<rootDir>/test/jest/*.test.tsx'],
  transform: { '\\.tsx?$': '<rootDir>/test/jest/transform.cjs' },
  moduleNameMapper: {
    '^use-event-stream$': '<rootDir>/dist/index.cjs',
    '^use-event-stream/core$': '<rootDir>/dist/core.cjs',
    '^use-event-stream/testing$': '<rootDir>/dist/testing.cjs',
    '^vitest$': '<rootDir>/test/jest/vitest.cjs',
  },
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
};
