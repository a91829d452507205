import { headOf } from './body.ts';
import type { Bytes } from './blocks.ts';
import type { Channel, Join, Reply } from './messages.ts';
import type { Tail } from './tail.ts';

/** How long a tab is kept waiting that is ahead: what it has had may be on its way here. In milliseconds. */
const aheadTime = 300;

interface RelayParts {
  readonly lead: string;
  readonly tail: Tail;
  readonly channel: Channel;
  readonly response: Response;
  /** Opens the way to one tab alone. */
  readonly openTo: (member: string) => Channel;
}

/** Where a tab begins; null where that is not known here. */
function beginning(tail: Tail, { after, begin, replay }: Join) {
  const isLive = begin === 'live' || (begin === 'recent' && replay === 0);
  const known = after === '' ? !isLive && tail.whole() : tail.after(after);
  if (known) return { bytes: known, isWhole: true };
  if (after !== '' || begin === 'whole') return null;
  return { bytes: tail.recent(isLive ? 0 : replay), isWhole: false };
}

/** Hands on what a tab that leads reads. */
export class Relay {
  readonly #parts: RelayParts;
  readonly #since = Date.now();
  #next = 0;
  #ahead: { join: Join; by: number }[] = [];

  constructor(parts: RelayParts) {
    this.#parts = parts;
    parts.channel.post({ type: 'lead', lead: parts.lead });
  }

  push(bytes: Bytes): void {
    const { tail, channel, lead } = this.#parts;
    tail.push(bytes);
    channel.post({ type: 'data', lead, piece: this.#next++, bytes });
    this.#retry();
  }

  /** A tab asks to join. */
  join(join: Join): void {
    // In a page that nobody sees, timers come late.
    this.#retry();
    if (this.#welcome(join)) return;
    if (join.after === '') this.#refuse(join);
    else {
      this.#ahead.push({ join, by: Date.now() + aheadTime });
      setTimeout(() => {
        this.#retry();
      }, aheadTime + 10);
    }
  }

  /** A tab that was ahead may find its place now; it is not kept for long. */
  #retry(): void {
    if (this.#ahead.length === 0) return;
    this.#ahead = this.#ahead.filter(({ join, by }) => {
      if (this.#welcome(join)) return false;
      if (Date.now() < by) return true;
      this.#refuse(join);
      return false;
    });
  }

  #refuse({ from }: Join): void {
    this.#reply(from, { type: 'unknown', lead: this.#parts.lead });
  }

  #welcome(join: Join): boolean {
    const { tail, response, lead } = this.#parts;
    const begun = beginning(tail, join);
    if (!begun) return false;
    const { headers } = headOf(response, this.#since);
    this.#reply(join.from, { type: 'welcome', lead, next: this.#next, headers, ...begun });
    return true;
  }

  #reply(member: string, reply: Reply): void {
    const channel = this.#parts.openTo(member);
    channel.post(reply);
    channel.close();
  }
}
