/** Stands for all that tells two requests apart, secrets included: one object for each, for as long as anybody holds it. */
export interface RequestKey {
  readonly id: number;
}

const keys = /* @__PURE__ */ new Map<string, WeakRef<RequestKey>>();
// Made when it is needed: not every server that renders a page knows the class.
let forgotten: FinalizationRegistry<string> | null = null;
let count = 0;

/** The key for a text; the text itself stays here, where no developer tool shows it, and goes with the key. */
export function requestKey(text: string): RequestKey {
  const known = keys.get(text)?.deref();
  if (known) return known;
  forgotten ??= new FinalizationRegistry((gone) => {
    // Another one may stand in its place by now.
    if (!keys.get(gone)?.deref()) keys.delete(gone);
  });
  const key = { id: ++count };
  keys.set(text, new WeakRef(key));
  forgotten.register(key, text);
  return key;
}
