import { headOf, levelNamed, logLevels, uncaught, vague, type LogLevel } from './logLevel.ts';

/**
 * What is put before each line: a priority, a time (of a container, syslog, journald, the kernel or another
 * tool) and CRI's stream; or, as groups, what names the source: a host and its process, what compose, kubectl
 * and other runners write, and stern's pod and container. The number of a line of code is none.
 */
const carrier =
  /<\d{1,3}>|std(?:out|err) [FP](?: |$)|\[ *\d+\.\d{3,}\](?: |$)|(?:[A-Z][a-z]{2} )?\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d[^\s[]*(?: |$)(?:(?:UTC|[A-Z]{2,3}T) )?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d[^\s[]*(?: |$)((?!Caused |[Ss]tack )[\w.-]+ [^\s:[\]]+:(?: |$))?|((?:[\w.-]+ )?[^\s:[\]]+\[[\w.-]+\]:(?: |$)|(?!\d+ +[|│])[\w.@/-]+ *[|│] ?|\[[\w./-]+\] |[a-z\d]*-[a-z-]*\d[a-z\d-]* [a-z][a-z\d-]* )/y;
/** How many of them are looked at. */
const mostCarriers = 8;

/** What begins a trace: of Python, Lua, Rust, PHP, .NET and others, Haskell, Go, and Elixir. */
const beginning =
  /^[\s+|]*(?:(?:Exception Group )?(?:Traceback|Backtrace) \(|\[?(?:(?:current|full|native) )?stack ?(?:back)?trace(?:back)?[\]:]|CallStack \(|goroutine \d+ \[|\*\* \()/i;
/**
 * What goes on with one: of Java and JavaScript, rsyslog's tab, PHP, Terraform, Python, Go, .NET, PHP, C and
 * Dart, Ruby, a line of code with its number, and PostgreSQL.
 */
const continuing =
  /^(?:\s|#011|at |Caused by|Suppressed:|\.{3}|"?[)\]}]|\[(?:previous exception\]|signal )|[│├└╵]|During handling of |The above exception |created by |--- End of |#\d+(?: {2,}\S| (?:\/|0x|[{<]|\[internal|.*\(\d+\): |.*\) (?:at|from) ))|\S+:\d+:in |>? *\d+ +[|│])|\b(?:DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION): {2}/;
const goCall = /^\S[^\s(]*\(.*\)$/;
const goPlace = /^(?:goroutine |created by |\t)/;
/** A message of its own, though it is indented: a time or a level comes first, and not a name in code. */
const entry =
  /^(?:\s+|│ )[[<]?(?:\d+[-/:.]\d|([A-Z]{3,})(?![\w.]| *(?:[=(,;]|: *(?:\d+$|[["'{])))|([a-z]{3,})(?:\t| {2}|[\]>]))|^│ ([A-Z][a-z]+):/;

function isEntry(message: string): boolean {
  const found = /[,;]\s*$/.test(message) ? null : entry.exec(message);
  if (!found) return false;
  const word = found[1] ?? found[2] ?? found[3];
  return word === undefined || (levelNamed(word) !== null && !vague.test(word));
}

/** A line without what carries it: its message, and what names where it comes from. */
export interface PartedLine {
  message: string;
  source: string;
}

/** Parts a line from what carries it. */
export function parted(text: string): PartedLine {
  const head = headOf(text);
  let source = '';
  let end = 0;
  carrier.lastIndex = 0;
  for (let left = mostCarriers; left > 0; left--) {
    const found = carrier.exec(head);
    if (!found) break;
    source += found[1] ?? found[2] ?? '';
    end = carrier.lastIndex;
  }
  return { message: head.slice(end), source };
}

/** Whether a source may also be that of the line before, which may name its process; not another container. */
const isWithin = (source: string, last: string) =>
  last.startsWith(source) && !/[|│]/.test(last.slice(source.length));

const gravityOf = (level: LogLevel | null) => (level ? logLevels.indexOf(level) : -1);

/**
 * The level of a line behind the line before it. Where it goes on with that one, such as the trace of an
 * error, it has the graver of that one's and its own: what looks like a level there is mostly code.
 * What begins a trace is an error at least.
 */
export function continuedLevel(
  { message, source }: PartedLine,
  last: (PartedLine & { level: LogLevel | null }) | null,
  own: LogLevel | null,
): LogLevel | null {
  const isUncaught = uncaught.test(message);
  const begins = isUncaught || beginning.test(message);
  const level = begins && gravityOf(own) < gravityOf('error') ? 'error' : own;
  if (!last || gravityOf(last.level) <= gravityOf(level)) return level;
  if (isUncaught || (own && isEntry(message))) return level;
  const goesOn =
    isWithin(source, last.source) &&
    (begins || continuing.test(message) || (goCall.test(message) && goPlace.test(last.message)));
  return goesOn ? last.level : level;
}
