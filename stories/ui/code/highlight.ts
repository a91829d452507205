/** A piece of a line of code, and what it is; a piece without a kind has the colour of the text. */
export interface Token {
  readonly kind: Kind | null;
  readonly text: string;
}

type Kind = 'comment' | 'string' | 'keyword' | 'number' | 'tag' | 'type' | 'call';

const words = [
  'as|async|await|break|case|catch|class|const|continue|default|do|else|export|extends|finally|for',
  'from|function|if|implements|import|in|instanceof|interface|let|new|null|of|readonly|return|satisfies',
  'static|switch|this|throw|true|false|try|type|typeof|undefined|void|while|yield',
].join('|');

const strings = '`(?:\\\\.|[^`\\\\])*`|\'(?:\\\\.|[^\'\\\\\\n])*\'|"(?:\\\\.|[^"\\\\\\n])*"';

const script = new RegExp(
  [
    '(?<comment>\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?\\*\\/)',
    `(?<string>${strings})`,
    `(?<keyword>\\b(?:${words})\\b)`,
    '(?<number>\\b\\d[\\d_]*(?:\\.\\d+)?\\b)',
    '(?<tag><\\/?[A-Za-z][\\w.]*(?=[\\s\\/>])|\\/>)',
    '(?<type>\\b[A-Z]\\w*\\b)',
    '(?<call>\\b[a-z]\\w*(?=\\(|<[A-Z]))',
  ].join('|'),
  'g',
);

const shell = new RegExp(
  `(?<comment>(?<=^|\\s)#[^\\n]*)|(?<string>${strings})|(?<keyword>^(?:npm|npx|pnpm|yarn|bun|curl)\\b)`,
  'gm',
);

const patterns: Readonly<Record<string, RegExp>> = {
  ts: script,
  tsx: script,
  js: script,
  jsx: script,
  mjs: script,
  json: script,
  css: /(?<comment>\/\*[\s\S]*?\*\/)|(?<keyword>--[\w-]+|@[\w-]+)|(?<number>\b\d+(?:\.\d+)?\w*)/g,
  sh: shell,
  bash: shell,
};

/** The code as lines of coloured pieces. */
export function highlight(code: string, language: string): readonly (readonly Token[])[] {
  const lines: Token[][] = [[]];
  for (const { kind, text } of tokensOf(code, patterns[language])) {
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ kind, text: part });
    }
  }
  return lines;
}

function* tokensOf(code: string, pattern: RegExp | undefined): Generator<Token> {
  let end = 0;
  for (const match of pattern ? code.matchAll(pattern) : []) {
    yield { kind: null, text: code.slice(end, match.index) };
    yield { kind: kindOf(match.groups), text: match[0] };
    end = match.index + match[0].length;
  }
  yield { kind: null, text: code.slice(end) };
}

function kindOf(groups: Readonly<Record<string, string | undefined>> = {}): Kind | null {
  const [kind] = Object.entries(groups).find(([, text]) => text !== undefined) ?? [null];
  return kind as Kind | null;
}
