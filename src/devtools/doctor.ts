import type { StreamRecord } from './recording.ts';

/** Something that is probably wrong, and what to do. */
export interface Finding {
  /** Which of the warnings it is. */
  readonly kind:
    'http1' | 'bursts' | 'noIds' | 'noHeartbeat' | 'compressed' | 'growingFold' | 'reopening';
  /** The stream, or the origin, that it is about. */
  readonly about: string;
  /** What was seen. */
  readonly what: string;
  /** What to do, in a sentence. */
  readonly advice: string;
}

/** What the page knows of its requests. */
export interface Timing {
  readonly name: string;
  readonly nextHopProtocol: string;
}

const mostOverHttp1 = 3;
const silence = 1_000;
const shortest = 200;
const burstEvents = 5;
const bursts = 4;
const enoughEvents = 20;
const heartbeatTime = 60_000;
const reopenings = 5;
const reopenTime = 10_000;
const leastWeight = 300;
const growths = 5;

const isOpen = ({ stream }: StreamRecord) => stream.isKept && stream.state.status === 'open';

const originOf = (url: string): string => /^https?:\/\/[^/?#]+/i.exec(url)?.[0] ?? '';

/** Where each open stream takes one of the six connections that a browser has for an origin. */
function http1(records: readonly StreamRecord[], timings: readonly Timing[]): Finding[] {
  const origins = records.filter(isOpen).map(({ stream }) => originOf(stream.url));
  return [...new Set(origins)].flatMap((origin) => {
    const count = origins.filter((each) => each === origin).length;
    const protocols = timings
      .filter(({ name }) => originOf(name) === origin)
      .map(({ nextHopProtocol }) => nextHopProtocol);
    const isOld = protocols.includes('http/1.1') && !protocols.some((each) => /^h[23]/.test(each));
    if (count <= mostOverHttp1 || !isOld) return [];
    return {
      kind: 'http1',
      about: origin,
      what: `${count} streams over HTTP/1.1`,
      advice:
        'A browser has six connections to it for all tabs: serve it with HTTP/2, or share one stream.',
    };
  });
}

/** Many events at once after each silence, time and again. */
function comesInBursts({ arrivals }: StreamRecord): boolean {
  const groups: { begin: number; end: number; events: number }[] = [];
  for (const { at, events } of arrivals) {
    const group = groups.at(-1);
    if (!group || at - group.end >= silence) groups.push({ begin: at, end: at, events });
    else groups.splice(-1, 1, { ...group, end: at, events: group.events + events });
  }
  const last = groups.slice(-bursts);
  const isBurst = last.every(
    ({ begin, end, events }) => events >= burstEvents && end - begin < shortest,
  );
  return last.length === bursts && isBurst;
}

const isGrowing = ({ weights }: StreamRecord): boolean => {
  const last = weights.slice(-growths - 1).map(({ weight }) => weight);
  const rises = last.slice(1).every((weight, index) => weight > (last[index] ?? weight));
  return last.length > growths && rises && (last.at(-1) ?? 0) > leastWeight;
};

/** What is wrong with one stream. */
function ofStream(record: StreamRecord, now: number): Finding[] {
  if (!isOpen(record)) return [];
  const { stream, response, events, withIds, aliveAt } = record;
  const about = stream.url;
  // Other formats have no ids and no comments.
  const isSse = /event-stream/i.test(response?.headers['content-type'] ?? 'text/event-stream');
  const encoding = response?.headers['content-encoding'] ?? 'identity';
  const seen: (false | Omit<Finding, 'about'>)[] = [
    comesInBursts(record) && {
      kind: 'bursts',
      what: 'Events arrive in bursts',
      advice:
        'If the server sends them one by one, a proxy holds them back: send `X-Accel-Buffering: no`, and flush after each.',
    },
    isSse &&
      events >= enoughEvents &&
      withIds === 0 && {
        kind: 'noIds',
        what: `${events} events without an id`,
        advice:
          'A reconnect cannot resume and loses what came meanwhile: send an `id:` with each event.',
      },
    isSse &&
      stream.transport === 'fetch' &&
      aliveAt !== null &&
      now - aliveAt >= heartbeatTime && {
        kind: 'noHeartbeat',
        what: 'Nothing has come for a minute',
        advice:
          'A dead line looks the same: have the server send a comment (`:\\n\\n`) every 15 to 30 seconds.',
      },
    encoding !== 'identity' && {
      kind: 'compressed',
      what: `The stream is compressed (${encoding})`,
      advice:
        'Most compressors hold events back until their buffer is full: send it uncompressed, or flush after each event.',
    },
    isGrowing(record) && {
      kind: 'growingFold',
      what: 'The state of `reduce` keeps growing',
      advice:
        'It will fill the memory of a page that stays open: keep the newest only, such as `.slice(-500)`.',
    },
  ];
  return seen.flatMap((each) => (each ? { ...each, about } : []));
}

/** A stream that is left and opened again, as when each render asks for something else. */
function reopening(records: readonly StreamRecord[], now: number): Finding[] {
  const recent = records.filter(({ begunAt }) => now - begunAt < reopenTime);
  const names = recent.map(({ stream }) => `${stream.method} ${stream.url}`);
  return [...new Set(names)].flatMap((about) => {
    const same = recent.filter(({ stream }) => `${stream.method} ${stream.url}` === about);
    const left = same.filter(({ stream }) => !stream.isKept).length;
    if (left < reopenings) return [];
    return {
      kind: 'reopening',
      about,
      what: `Opened ${same.length} times in ten seconds`,
      advice:
        'An option is another one in each render: keep what changes (a header with a time, a body, a `format`) in `useMemo`, or give a function.',
    };
  });
}

/** Looks for what goes wrong most often. */
export function diagnose(
  records: readonly StreamRecord[],
  now: number,
  timings: readonly Timing[],
): readonly Finding[] {
  return [
    ...http1(records, timings),
    ...reopening(records, now),
    ...records.flatMap((record) => ofStream(record, now)),
  ];
}
