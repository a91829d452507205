import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import storybook from 'eslint-plugin-storybook';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** The stops on the way of the data, each of which knows those before it; types too. */
const stops = ['format', 'request', 'connection', 'store', 'observer', 'events', 'log', 'progress'];

const arrows = stops.map((stop, index) => ({
  target: [...stops.slice(0, index), ...(index > 4 ? stops.slice(index + 1) : [])].map(
    (other) => `./src/core/${other}`,
  ),
  from: `./src/core/${stop}`,
  message: `What comes before ${stop} on the way of the data, or beside it, does not know it.`,
}));

export default defineConfig(
  globalIgnores([
    'dist',
    'storybook-static',
    'coverage',
    '.storybook/public',
    // Each has dependencies of its own, and is type-checked by its own build.
    'test/apps/*/',
    '!.storybook',
    '!.tools',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Nothing here has an enum, and looking for one takes an eighth of the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
  {
    files: [
      'src/{devtools,react}/**/*.{ts,tsx}',
      'stories/**/*.tsx',
      'test/**/*.tsx',
      '.storybook/*.tsx',
    ],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: ['{src,test}/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSAsExpression > TSAsExpression',
          message: 'A double cast turns the compiler off. Narrow the value, or change its type.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        { zones: arrows.filter(({ target }) => target.length > 0) },
      ],
      'max-depth': ['error', 3],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
    },
  },
  {
    files: ['src/{core,tabs,websocket}/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(react|react-dom|use-sync-external-store)(/|$)|(^|/)(react|devtools)/',
              message: 'The core knows nothing of React.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/react/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '(^|/)devtools/',
              message: 'Who does not look at the panel does not load it.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/ai/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\./)',
              allowTypeImports: true,
              message: 'The formats of models take nothing of the core along: types only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/server/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\./)',
              message:
                'The server takes nothing of the client along, and runs where there is no Node.',
            },
          ],
        },
      ],
    },
  },
  storybook.configs['flat/recommended'],
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
);
