/** Stands for all that tells two requests apart, secrets included: one object for each, for as long as anybody holds it. */
export interface RequestKey {
  readonly id: number;
}

interface Held {
  deref: () => RequestKey | undefined;
}

const keys = /* @__PURE__ */ new Map<string, Held>();
// Not every engine knows the class, and it is made when it is needed.
let forgotten: FinalizationRegistry<string> | null = null;
let count = 0;

/** The key for a text; the text itself stays here, where no developer tool shows it, and goes with the key. */
export function requestKey(text: string): RequestKey {
  const known = keys.get(text)?.deref();
  if (known) return known;
  const key = { id: ++count };
  if (typeof FinalizationRegistry === 'undefined') {
    keys.set(text, { deref: () => key });
    return key;
  }
  forgotten ??= new FinalizationRegistry((gone) => {
    // Another one may stand in its place by now.
    if (!keys.get(gone)?.deref()) keys.delete(gone);
  });
  keys.set(text, new WeakRef(key));
  forgotten.register(key, text);
  return key;
}
