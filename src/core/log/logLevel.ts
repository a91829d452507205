import { stripAnsi } from './ansi.ts';

/** How grave a line is, from the least to the most. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** The levels, from the least grave. */
export const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** How much of a line is looked at. */
const lookAt = 256;
/** The longest JSON that is looked into, in code units. */
const longestJson = 65_536;

/** How loggers write each level: the letters and signs for it, then the words, in full and cut. */
const namesOfLevels: Readonly<Record<LogLevel, string>> = {
  trace: 'v trace trc trce trac verbose vrb verb silly finest finer',
  debug: 'd - . debug dbg dbug debu debg fine',
  info: 'i n s * info inf information informational notice note success log',
  warn: 'w # warn wrn warning deprecated',
  error: 'e error err erro eror fail failure severe exception',
  fatal: 'f a c fatal ftl fata critical crit crt panic pani pnc dpanic fault alert emerg emergency',
};

const levelsByName = /* @__PURE__ */ namesToLevels();

function namesToLevels(): ReadonlyMap<string, LogLevel> {
  return new Map(
    logLevels.flatMap((level) => namesOfLevels[level].split(' ').map((name) => [name, level])),
  );
}

export const levelNamed = (name: string): LogLevel | null =>
  levelsByName.get(name.toLowerCase()) ?? null;

/** From 0 (RFC 5424, section 6.2.1). */
const syslogLevels = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const;

// 0 is where logr counts from, far more often than an emergency.
const levelOfNumber = (value: number): LogLevel | null =>
  (value > 0 ? syslogLevels[value] : undefined) ?? logLevels[value / 10 - 1] ?? null;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The level that a word stands for, or a number as syslog, pino and bunyan write it; null for none. */
export function toLevel(name: unknown): LogLevel | null {
  const word = isRecord(name) ? name.name : name;
  if (typeof word === 'number') return levelOfNumber(word);
  if (typeof word !== 'string') return null;
  if (/^\d{1,9}$/.test(word)) return levelOfNumber(Number(word));
  return levelNamed(/[a-z]{3,}/.exec(stripAnsi(word.slice(0, lookAt)).toLowerCase())?.[0] ?? '');
}

/** Where structured logs have their level; the others are asked where none of these says one. */
const levelKey = /^(?:@|(?:sys)?log[._]?)?(?:level|severity|lvl)(?:_?(?:name|text|number|no))?$/i;
const otherKeys = ['@l', 'L', 'PRIORITY', 'status'];
/** What may hold the record itself, or the line that a collector has wrapped. */
const innerKeys = ['log', 'record', 'jsonPayload', 'message', 'msg'];

/** How many records may stand in each other. */
const deepest = 4;

/** MongoDB's letter; `D` has a digit. */
const isLetter = (value: unknown): value is string =>
  typeof value === 'string' && /^[DIWEF]\d?$/.test(value);

function levelAt(key: string, value: unknown): LogLevel | null {
  const number = Number(value);
  // OpenTelemetry has four numbers for each level.
  if (/number$/i.test(key)) return logLevels[Math.ceil(number / 4) - 1] ?? null;
  // Python counts from 10 for debug.
  if (/no$/.test(key)) return logLevels[number / 10] ?? null;
  // Google Cloud counts syslog's severities from the other end, in hundreds.
  const reversed = /severity$/i.test(key) ? syslogLevels[8 - number / 100] : undefined;
  return reversed ?? toLevel(value);
}

function levelOfRecord(json: Readonly<Record<string, unknown>>, depth: number): LogLevel | null {
  if (isLetter(json.s)) return levelNamed(json.s.charAt(0));
  for (const key of [...Object.keys(json).filter((name) => levelKey.test(name)), ...otherKeys]) {
    const level = levelAt(key, json[key]);
    if (level) return level;
  }
  for (const key of depth < deepest ? innerKeys : []) {
    const value = json[key];
    const level = isRecord(value)
      ? levelOfRecord(value, depth + 1)
      : typeof value === 'string' && levelOf(value.trimEnd(), depth + 1);
    if (level) return level;
  }
  // "If @l is absent, the event is assumed to be informational" (CLEF).
  return '@mt' in json || '@m' in json ? 'info' : null;
}

/** Cheaper than parsing what has no level. */
const hasLevelKey =
  /(?:(?:level|severity|lvl)\w{0,7}|@(?:l|mt?)|priority|status|"(?:s|l|log))\\*"\s*:/i;

/** All that stands before the message: with these times, numbers, brackets, a host and its process. */
const preamble =
  /^(?:[\w.@/-]+ *[|│] ?|\s+|\[[^\]{]*\]:?|\d[^\s{]*|[|│-] |[A-Z][a-z]{2},? +(?=\d|[A-Z][a-z]{2} )|(?:UTC|[AP]M|std(?:out|err) [FP]) |(?:[\w.-]+ )?[\w./-]+\[[\w.-]+\]: |[a-z\d]*-[a-z-]*\d[a-z\d-]* [a-z][a-z\d-]* )*/;

/** The beginning of a line, as it is looked at; a word that is cut is made another one. */
export const headOf = (text: string) =>
  stripAnsi(text.length > lookAt ? `${text.slice(0, lookAt)}x` : text);

const lengthOf = (pattern: RegExp, head: string) => pattern.exec(head)?.[0].length ?? 0;

/** The level of a JSON object that is all of the line's message; undefined where there is none. */
function levelOfJson(text: string, head: string, depth: number): LogLevel | null | undefined {
  if (text.length > longestJson || !text.endsWith('}')) return undefined;
  const start = head.startsWith('{') ? 0 : lengthOf(preamble, head);
  if (head.charAt(start) !== '{') return undefined;
  const level = start > 0 ? levelInText(head.slice(0, start)) : null;
  if (level) return level;
  namePattern.lastIndex = 0;
  if (!hasLevelKey.test(text) && !namePattern.test(head)) return null;
  try {
    const json: unknown = JSON.parse(text.slice(text.indexOf('{')));
    return isRecord(json) ? levelOfRecord(json, depth) : null;
  } catch {
    return undefined;
  }
}

const namePattern = /* @__PURE__ */ patternOfNames();

function patternOfNames(): RegExp {
  const words = [...levelsByName.keys()].filter((name) => name.length > 2);
  return new RegExp(`(?:${words.join('|')})(?![\\w-])`, 'gi');
}

/** How formats mark a word as the line's level: what stands before it, and behind it. */
type Form = readonly [before: RegExp, after: RegExp];

const inAnyCase: readonly Form[] = [
  // error: error[E0308]: error TS2322: fatal error: error(scope): where no sentence goes before it
  [
    /(?:^\s*|[^a-z,;.'"({=/\s]\s+|[\]:>])$/,
    /^(?:(?: error)?(?: ?\([\w.]*\))?(?: \[\w+\])?:(?!:| *\d+ *$)|\s?\[| [A-Z]+\d+:| in thread )/,
  ],
  // [error] [core:error] <error>, but neither filter[error] nor a link
  [/(?:^|[^\w?&=/])[[<] *(?:[\w.]+[:,])?$/, /^ *[\]>](?!\()/],
  [/\| *$/, /^ *\|/],
  [/(?:^|\t)$/, /^\t/],
  [/\d\w*\s{2,}$/, /^\s\s/],
  [/\b(?:npm|(?:CMake|PHP)(?: \w+)?) $/, /^[ :]/],
  [/ - $/, /^ - /],
  [/(?:^|\s)::$/, /^[ :]/],
  // make's [all] Error 2
  [/\] $/, /^ \d+$/],
];
const inCapitals: readonly Form[] = [
  // app.ERROR: :ERROR: thread/ERROR] ,ERROR, GLib-ERROR ** =ERROR REPORT
  [/[.:]$/, /^:/],
  [/\/$/, /^\]/],
  [/,$/, /^,/],
  [/-$/, /^ \*\*/],
  // Logback's and log4j's own
  [/(?:\|-|\blog4j:)$/, /^ /],
  [/^[=(]$/, /^[ )]/],
];
/** Of words in capitals that often mean something else. */
export const vague = /^(?:LOG|NOTE|SUCCESS|FINE\w*|FAIL(?:URE)?|EXCEPTION|DEPRECATED|FAULT)$/;
const atFirst: readonly Form[] = [[/^\s*$/, /^\s/]];
/** level=error type=error "level"="error", but not ?level=error */
const named =
  /(?:(?:^|[\s,{[(;])["']?(?:(?:log\.)?level|lvl|severity|at|type)["']? *=|^(?:level|severity):|\sstatus=) *["']?$/i;
/** Of an object: JSON that is cut, Python's and Node's. */
const inObject =
  /[{,] *["']?(?:(?:@|log\.)?level(?:name)?|lvl|severity(?:_?text)?)["']? *: *["']?$/i;

/** Whether the words before a word say something that it is a part of. */
function isSentence(before: string): boolean {
  const words = before
    .replace(/(?: \d+)? $/, '')
    .split(' ')
    .slice(-longestSentence);
  const last = words.pop() ?? '';
  if (words.length === 0) return /^[A-Z][a-z]+$/.test(last);
  const others = words.reverse();
  const first = others.findIndex((word) => !/^(?![A-Z][a-z]+$)\w+$/.test(word));
  return /^[a-z]{2,}$/.test(last) && /\b[A-Z][a-z]+$/.test(others[first] ?? '');
}

/** What the names of errors end in; those of other classes may end in `Info` or `Debug`. */
const errorName = /^(?:Err(?:or)?|Exception|Warning|Failure|Fault)$/;

const nearby = 24;
/** In words. */
const longestSentence = 16;
/** How many names of levels are looked at. */
const mostNames = 8;

/** Whether a word is the level by the way in which it stands in the line. */
function isMarked(head: string, found: RegExpExecArray, messageAt: () => number): boolean {
  const [word] = found;
  const { index } = found;
  const end = index + word.length;
  const previous = head.charAt(index - 1);
  let forms = inAnyCase;
  let start = index;
  if (word === word.toUpperCase()) {
    const isVague = vague.test(word);
    const next = head.charAt(end);
    if (!isVague && standsAlone(previous, next)) {
      return next.trim() !== '' || !isSentence(head.slice(0, index));
    }
    forms = [...(isVague ? atFirst : inCapitals), ...inAnyCase];
  } else if (/\w/.test(previous)) {
    // The name of an error ends in a level: it is looked at as a whole.
    if (!errorName.test(word)) return false;
    start = head.lastIndexOf(' ', index) + 1;
    if (!/^(?:[\w$]+\.)*[A-Z]\w*$/.test(head.slice(start, index))) return false;
  } else if (
    previous === ':' &&
    /\w::[A-Z]/.test(head.slice(index - 3, end)) &&
    !errorName.test(word)
  ) {
    return false;
  }
  // What is cut begins with a letter, so that it does not look like the beginning of a line.
  const before = start > nearby ? `x${head.slice(start - nearby, start)}` : head.slice(0, start);
  if (`=:"' `.includes(previous)) {
    // Looking for what both end with is cheaper.
    const isValue = /[=:] *["']?$/.test(before);
    if (isValue && named.test(before)) return true;
    if (isValue && inObject.test(before)) return head.charAt(messageAt()) === '{';
    if (!': '.includes(previous) && start > 1) return false;
  }
  const after = head.slice(end);
  return (
    forms.some(([left, right]) => right.test(after) && left.test(before)) ||
    (isBare(word, after) && messageAt() === index)
  );
}

const standsAlone = (previous: string, next: string) =>
  (' \t[|<])}>*'.includes(previous) || previous > '~') && (next === '' || !`=.'"`.includes(next));

/** yarn's `error Command failed`, swift-log's `error app : ...`, and `error: ...`. */
const isBare = (word: string, after: string) =>
  /^[a-z]/.test(word) && /^(?:: (?!\d+ *$)| (?:[A-Z"]|\S+ : ))/.test(after);

/** What all that {@link letterPattern} finds has in it, and few other lines: looking for this is cheaper. */
const mayHaveLetter = /(?:^|[^A-Za-z])[VDIWEFACMSXNew<](?:[ \]/:,!]|\d{4}|\d+>|ystem\])/;
/**
 * The letter, the sign or the priority that some formats have instead of a word: klog; logcat in its two
 * forms and Telegraf, MongoDB and TensorFlow; Jupyter and MySQL; Redis; syslog and systemd, Ruby and CUPS, apt and Kotlin.
 */
const letterPattern =
  /(?:^|[\s|\]])[VDIWEF](?=\d{4,8} \d\d:)|(?:^|[\dZ] )[VDIWEFA](?=! |\/\w[\w.$-]+ *(?:\( *\d+\))?: )|:\d\d[.,]\d+\S{0,16} +(?:(?:\d+ +){2}[VDIWEFA](?= )|[DWEF](?=\d? )|I(?= +(?:[^a-z ]|\S+:\d+\])))|(?:^|[\s\]>|])\[(?:[DIWEFC](?=[\] :])(?!\]: (?:in|at) )|S(?=ystem\] \[MY-))|\d:[CMSX] \d\d \w{3} \d{4} [\d:.]+ [.*#-](?= )|(?:^|[|\]ZF] )(?:<\d{1,3}(?=>)|[DIWEF](?=,? \[)|[NIDWEew](?=: ))/;

function levelOfLetter(found: string): LogLevel | null {
  const priority = /<(\d+)$/.exec(found)?.[1];
  return priority ? (syslogLevels[Number(priority) % 8] ?? null) : levelNamed(found.slice(-1));
}

/** Where what a client has sent begins in an access log: its name, or its request. */
const request = / - (?:(?! - )[^[])+ \[\d+\/[A-Z]|"[A-Z]+ [/h]|\b[A-Z]+ \S+ HTTP\/\d/;

/** What Ruby ends with: the place, the method and what was raised. */
export const uncaught = /^\S+:\d+:in ['`].*?': /;
/** What says how grave it is by other words, where a message begins with it. */
const phrases: readonly (readonly [level: LogLevel, pattern: RegExp])[] = [
  ['fatal', /^thread '[^']*' .*panicked at /],
  [
    'error',
    /^(?:Un(?:handled|caught) (?:[Ee]xception|\w*Error)\b|Error (?:response )?from |dpkg: error |rsync error|(?:> Task \S+ |BUILD |.*\.\.\. )?FAILED\b)/,
  ],
  ['error', uncaught],
  // What a run of tests comes to.
  ['info', /\b0 failed\b/],
];

/** The first level that the beginning of a line is marked with. */
function levelInText(whole: string): LogLevel | null {
  const head = whole.slice(0, request.exec(whole)?.index);
  const letter = mayHaveLetter.test(head) ? letterPattern.exec(head) : null;
  const end = letter?.index ?? head.length;
  let start: number | null = null;
  const messageAt = () => (start ??= lengthOf(preamble, head));
  namePattern.lastIndex = 0;
  for (let left = mostNames; left > 0; left--) {
    const found = namePattern.exec(head);
    if (!found || found.index > end) break;
    if (isMarked(head, found, messageAt)) return levelNamed(found[0]);
  }
  if (letter) return levelOfLetter(letter[0]);
  const message = head.slice(messageAt());
  return phrases.find(([, pattern]) => pattern.test(message))?.[0] ?? null;
}

/**
 * The level that a line speaks of: in its JSON, unless that is longer than 64 KiB, or else where its
 * first 256 characters are marked with one; null where that is not clear.
 */
export function levelOf(text: string, depth = 0): LogLevel | null {
  const head = headOf(text);
  const level = levelOfJson(text, head, depth);
  return level === undefined ? levelInText(head) : level;
}
