import { Blocks, lastIdOf, type Bytes } from './blocks.ts';
import { absolute, Body, handedOver, headOf, isShareable } from './body.ts';
import { open, type Channel, type Message, type Reply } from './messages.ts';
import { Place } from './place.ts';
import { Relay } from './relay.ts';
import { freshName, type Site } from './site.ts';
import { Tail } from './tail.ts';

/** One request of a store. */
export interface MemberRequest {
  readonly url: string;
  readonly init: RequestInit & { readonly signal: AbortSignal };
  /** By which tabs find each other. */
  readonly topic: string;
  readonly whole: boolean;
  readonly replay: number;
}

// All in milliseconds. A follower that has heard nothing for one of these asks whether anybody is there.
const beat = 600;
/** After so many beats without an answer it takes the lead. */
const mostSilent = 3;
const answerTime = 1_000;
/** So long no other tab takes the lead from the one that has just taken it. */
const stealTime = 1_000;

/** How long one tab may keep the others from asking the server for what they miss. */
const longestTurn = 2_000;

/** A chunk of fewer bytes tells that all that waited has come. */
const small = 16_384;
/** In the middle of much it asks so seldom whether it can join. In milliseconds. */
const seldom = 250;

type Data = Extract<Message, { type: 'data' }>;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const brokeOff = () => new TypeError('The connection of the tab that reads the stream broke off.');

/** The answer to the store's request. */
export class Answer {
  isGiven = false;
  readonly promise: Promise<Response>;
  resolve: (response: Response) => void = () => undefined;
  reject: (cause: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = (response) => {
        this.isGiven = true;
        resolve(response);
      };
      this.reject = reject;
    });
  }
}

/**
 * A tab on a stream, for one request of its store. It waits until somebody leads, and then follows; or it leads, with the
 * very request that its store has made, and so with that store's headers. What ends either role fails the body with a
 * handover, and the store asks again, with fresh headers and the id that it has come to: nothing has to be spliced here.
 */
export class Member {
  readonly #site: Site;
  readonly #request: MemberRequest;
  readonly #channel: Channel;
  readonly #own: Channel;
  readonly #me: string;
  /** The event id to go on after. */
  readonly #after: string;
  /** It goes on with a stream that has no ids. */
  readonly #isLive: boolean;
  readonly #place: Place;
  readonly #body = new Body(() => {
    this.#leave();
  });
  readonly #upstream = new AbortController();
  readonly #answer: Answer;
  #role: 'waits' | 'catches up' | 'follows' | 'leads' | 'left' = 'waits';
  /** The lead that it follows, or is. */
  #lead = '';
  /** The next request of the store takes it over. */
  #keepsPlace = false;
  #relay: Relay | null = null;
  #tail: Tail;
  /** What came since it has asked to join, until it is told where that begins. */
  #early: Data[] = [];
  #next = 0;
  #onReply: (reply: Reply | null) => void = () => undefined;
  #silent = 0;
  #wantsLead = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(site: Site, request: MemberRequest, answer: Answer) {
    const { topic, init } = request;
    this.#site = site;
    this.#request = request;
    this.#answer = answer;
    this.#me = freshName();
    this.#after = new Headers(init.headers).get('last-event-id') ?? '';
    this.#isLive = site.takeLive(topic);
    const parked = site.take(topic);
    this.#tail = parked?.tail.cut(this.#after) ?? new Tail(this.#after);
    this.#channel = open(site.browser, topic, (message) => {
      this.#hear(message);
    });
    this.#own = open(site.browser, `${topic} ${this.#me}`, (reply) => {
      if (reply.type === 'welcome' || reply.type === 'unknown') this.#onReply(reply);
    });
    const listener = {
      onGranted: () => {
        this.#granted();
      },
      onLost: () => {
        this.#lost();
      },
    };
    this.#place = parked?.place ?? new Place(site.browser, topic, listener);
    this.#place.listener = listener;
    init.signal.addEventListener('abort', this.#leave);
    if (init.signal.aborted) this.#leave();
    else if (this.#place.isHeld) this.#granted();
    else this.#askToJoin();
    this.#watch();
  }

  readonly #tab = () => (this.#role === 'leads' ? 'leads' : 'follows');

  /** Asks the tab that leads. Its answer may take long: the stream may have to be opened first. */
  #askToJoin(): void {
    this.#onReply = (reply) => {
      // Of a lead that is over by now.
      if (!reply || (this.#lead !== '' && reply.lead !== this.#lead)) return;
      if (reply.type === 'unknown') this.#catchUp();
      else {
        const head = { url: absolute(this.#request.url), headers: reply.headers };
        this.#answer.resolve(this.#body.response(head, this.#tab));
        this.#follow(reply);
      }
    };
    this.#join(this.#after);
  }

  #join(after: string): void {
    const { whole, replay } = this.#request;
    const begin = this.#isLive ? 'live' : whole ? 'whole' : 'recent';
    this.#early = [];
    this.#channel.post({ type: 'join', from: this.#me, after, begin, replay });
  }

  #hear(message: Message | Reply): void {
    switch (message.type) {
      case 'join':
        this.#relay?.join(message);
        return;
      case 'ping':
        if (this.#role === 'leads') this.#channel.post({ type: 'pong', lead: this.#lead });
        return;
      case 'welcome':
      case 'unknown':
        return;
      default:
        this.#hearLead(message);
    }
  }

  /** A tab that leads speaks. */
  #hearLead(message: Exclude<Message, { type: 'join' | 'ping' }>): void {
    const isOwn = message.lead === this.#lead;
    if (isOwn || this.#role !== 'follows') this.#silent = 0;
    switch (message.type) {
      case 'pong':
        // What it has asked may have been lost, as on its way from or to a page that stood still.
        if (this.#role === 'waits') this.#join(this.#after);
        return;
      case 'data':
        if (this.#role !== 'follows') this.#early.push(message);
        else if (isOwn) this.#take(message);
        return;
      case 'lead':
        if (this.#role === 'follows') this.#cut();
        else if (this.#role === 'waits') {
          this.#lead = message.lead;
          this.#join(this.#after);
        }
        return;
      case 'end':
      case 'fail':
      case 'gone':
        if (isOwn) this.#leadEnded(message.type);
    }
  }

  #leadEnded(how: 'end' | 'fail' | 'gone'): void {
    if (this.#role === 'waits') this.#lead = '';
    if (this.#role !== 'follows') return;
    // What broke off may be the tab alone: Firefox ends the requests of a page before it says that the page goes.
    if (how === 'end') this.#end();
    else this.#cut();
  }

  /** Begins to follow, where the one who leads says. */
  #follow({ lead, next, bytes, isWhole }: Extract<Reply, { type: 'welcome' }>): void {
    this.#role = 'follows';
    this.#lead = lead;
    this.#next = next;
    this.#silent = 0;
    this.#onReply = () => undefined;
    if (!isWhole) this.#tail.begunLate();
    this.#tail.push(bytes);
    this.#body.push(bytes);
    for (const data of this.#early.splice(0)) {
      if (data.lead === lead && data.piece >= next && this.#isOn()) this.#take(data);
    }
  }

  #isOn = () => this.#role === 'follows';

  #take({ piece, bytes }: Data): void {
    if (piece !== this.#next || this.#body.isFull) {
      this.#cut();
      return;
    }
    this.#next += 1;
    this.#tail.push(bytes);
    this.#body.push(bytes);
  }

  /** Asks the server for what is missing, until that is known to the one who leads. One tab at a time does. */
  #catchUp(): void {
    this.#role = 'catches up';
    this.#onReply = () => undefined;
    const { browser, catchUp } = this.#site;
    const run = () => Promise.race([this.#catch(), pause(longestTurn)]);
    browser.locks.request(catchUp, { signal: this.#upstream.signal }, run).catch(() => null);
  }

  async #catch(): Promise<void> {
    const isCatching = () => this.#role === 'catches up';
    if (!isCatching()) return;
    try {
      const response = await this.#fetch();
      if (!isCatching()) return;
      if (!isShareable(response)) {
        this.#giveUnshared(response);
        return;
      }
      this.#answer.resolve(this.#body.response(headOf(response, Date.now()), this.#tab));
      const blocks = new Blocks();
      let asked = Date.now();
      await this.#read(response, async (chunk) => {
        const whole = blocks.push(chunk);
        if (!whole) return true;
        this.#tail.push(whole);
        this.#body.push(whole);
        // There is much more to come yet.
        if (chunk.length > small && Date.now() - asked < seldom) return true;
        asked = Date.now();
        const id = lastIdOf(whole);
        return !id || !(await this.#meet(id));
      });
      if (isCatching()) this.#end();
    } catch (cause) {
      if (isCatching()) this.#end(cause);
    }
  }

  /** Whether it could join after this id; from then on it follows. */
  async #meet(id: string): Promise<boolean> {
    const reply = await new Promise<Reply | null>((resolve) => {
      this.#onReply = resolve;
      this.#join(id);
      void pause(answerTime).then(() => {
        resolve(null);
      });
    });
    this.#onReply = () => undefined;
    if (reply?.type !== 'welcome' || this.#role !== 'catches up') return false;
    this.#follow(reply);
    return true;
  }

  /** It is this tab's turn to lead. */
  #granted(): void {
    if (!this.#answer.isGiven && this.#role !== 'left') {
      void this.#leadOn();
      return;
    }
    // Its request is old: the store makes another one, with headers of now and from where it has come to.
    this.#site.park(this.#request.topic, this.#place, this.#tail);
    this.#keepsPlace = true;
    this.#channel.post({ type: 'gone', lead: this.#lead });
    this.#cut();
  }

  /** The lead was taken away, for this tab was silent; or there can be none. */
  #lost(): void {
    if (this.#role === 'leads') this.#cut();
    else if (!this.#answer.isGiven) {
      this.#role = 'leads';
      this.#fetch().then((response) => {
        this.#giveUnshared(response);
      }, this.#fail);
    }
  }

  async #leadOn(): Promise<void> {
    this.#role = 'leads';
    this.#lead = freshName();
    const isLeading = () => this.#role === 'leads';
    try {
      const response = await this.#openInTurn();
      if (!isLeading()) return;
      if (!isShareable(response)) {
        this.#giveUnshared(response);
        return;
      }
      this.#relayFrom(response);
      await this.#hand(response);
      if (isLeading()) this.#ended('end');
    } catch (cause) {
      if (isLeading()) this.#ended('fail', cause);
    }
  }

  #relayFrom(response: Response): void {
    const [channel, lead, tail] = [this.#channel, this.#lead, this.#tail];
    const openTo = (member: string) =>
      open(this.#site.browser, `${this.#request.topic} ${member}`, () => undefined);
    this.#relay = new Relay({ lead, tail, channel, response, openTo });
    this.#answer.resolve(this.#body.response(headOf(response, Date.now()), this.#tab));
  }

  /** Reads for itself, as it comes, and for the others, event by event. */
  async #hand(response: Response): Promise<void> {
    const blocks = new Blocks();
    await this.#read(response, async (chunk) => {
      this.#body.push(chunk);
      const whole = blocks.push(chunk);
      if (whole) this.#relay?.push(whole);
      // A server that is faster than this tab is held back, as by a request of its own.
      if (this.#body.isFull) await this.#body.room();
      return true;
    });
  }

  #ended(how: 'end' | 'fail', cause?: unknown): void {
    this.#channel.post({ type: how, lead: this.#lead });
    if (how === 'end') this.#end();
    else this.#fail(cause);
  }

  readonly #fail = (cause: unknown): void => {
    this.#answer.reject(cause);
    this.#end(cause ?? brokeOff());
  };

  /** What is no stream of events is the store's alone. */
  #giveUnshared(response: Response): void {
    this.#answer.resolve(response);
    this.#stop();
    this.#place.leave();
    // What is left of it is read under the signal of the store.
    this.#request.init.signal.addEventListener('abort', () => {
      this.#upstream.abort();
    });
  }

  /** What goes on after another tab is opened when it is its turn. */
  async #openInTurn(): Promise<Response> {
    if (this.#after === '' && !this.#isLive) return this.#fetch();
    const end = await this.#site.turn();
    return this.#fetch().finally(end);
  }

  #fetch(): Promise<Response> {
    const { url, init } = this.#request;
    return this.#site.fetch(url, { ...init, signal: this.#upstream.signal });
  }

  /** Reads a body until it ends, or until `take` gives false. */
  async #read(response: Response, take: (chunk: Bytes) => Promise<boolean>): Promise<void> {
    const reader: ReadableStreamDefaultReader<Bytes> | undefined = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      if (await take(read.value)) continue;
      this.#upstream.abort();
      reader?.cancel().catch(() => null);
      return;
    }
  }

  /** Asks whether anybody is there, and takes the lead where nobody is. */
  #watch(): void {
    if (this.#role === 'left' || this.#role === 'leads') return;
    this.#timer = setTimeout(
      () => {
        this.#silent += 1;
        if (this.#silent > mostSilent) this.#passOver();
        else if (this.#silent > 1) this.#channel.post({ type: 'ping' });
        this.#watch();
      },
      beat * (1 + Math.random() / 5),
    );
  }

  /** Takes the lead from a tab that says nothing. One tab at a time does: the next one may find that it is led again. */
  #passOver(): void {
    if (this.#wantsLead) return;
    this.#wantsLead = true;
    const take = () => {
      this.#wantsLead = false;
      if (this.#silent <= mostSilent || this.#role === 'leads') return undefined;
      this.#silent = 0;
      this.#place.steal();
      return pause(stealTime);
    };
    const { topic } = this.#request;
    this.#site.browser.locks
      .request(`${topic} steal`, { signal: this.#upstream.signal }, take)
      .catch(() => null);
  }

  /** The store asks again at once, and finds the tab that leads by then. */
  #cut(): void {
    // Without ids there is no place to go on from: it goes on with what comes.
    if (this.#answer.isGiven && this.#tail.lastId === '') this.#site.setLive(this.#request.topic);
    if (this.#answer.isGiven) this.#end(handedOver());
    else this.#fail(handedOver());
  }

  #end(error?: unknown): void {
    this.#stop();
    this.#upstream.abort();
    this.#body.end(error);
    if (!this.#keepsPlace) this.#place.leave();
  }

  readonly #leave = (): void => {
    if (this.#role === 'left') return;
    if (this.#role === 'leads') this.#channel.post({ type: 'gone', lead: this.#lead });
    this.#answer.reject(this.#request.init.signal.reason);
    this.#end(handedOver());
  };

  #stop(): void {
    this.#role = 'left';
    this.#relay = null;
    clearTimeout(this.#timer);
    this.#request.init.signal.removeEventListener('abort', this.#leave);
    this.#channel.close();
    this.#own.close();
  }
}
